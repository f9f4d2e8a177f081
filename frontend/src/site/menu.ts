/**
 * Makes the menu foldable on small screens: the button, hidden without script, shows and hides the list.
 * Escape closes the menu and gives the focus back to the button.
 */
export function foldMenu(root: Document): void {
  const button = root.querySelector<HTMLButtonElement>("[data-menu-button]");
  const target = button?.getAttribute("aria-controls");
  const menu = target ? root.getElementById(target) : null;
  if (!button || !menu) return;

  const show = (open: boolean): void => {
    button.setAttribute("aria-expanded", String(open));
    menu.dataset.folded = String(!open);
  };
  button.hidden = false;
  show(false);
  button.addEventListener("click", () => {
    show(button.getAttribute("aria-expanded") !== "true");
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && button.getAttribute("aria-expanded") === "true") {
      show(false);
      button.focus();
    }
  });
}
