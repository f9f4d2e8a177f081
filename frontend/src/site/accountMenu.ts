/** Closes the open account menu by Escape, which gives the focus back to it, and by a press beside it. */
export function closeAccountMenu(root: Document): void {
  const menu = root.querySelector<HTMLDetailsElement>("[data-account-menu]");
  if (!menu) return;
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  root.addEventListener("click", (event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
}
