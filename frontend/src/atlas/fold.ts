/** Folds the form above the result on narrow screens, so that the result comes first; beside it the form stays open. */

const WIDE = "(min-width: 62rem)"; // from here on form and result stand beside each other

export function foldForm(form: HTMLFormElement): void {
  const fold = form.querySelector<HTMLDetailsElement>("details.atlas-fold");
  if (!fold) return;
  const wide = window.matchMedia(WIDE);
  fold.open = wide.matches;
  wide.addEventListener("change", () => {
    fold.open = wide.matches;
  });
}
