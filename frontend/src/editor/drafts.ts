/**
 * The editor keeps drafts by itself. Whoever publishes while one is under way would send the page a second time, which
 * is refused because its short name is taken, or have the late draft laid over what was published. So sending waits for
 * the draft, and no draft begins once the form is sent.
 */
const TARGET = "form[data-edit-form]";

export function waitForDrafts(root: Document): void {
  let saving = false;
  let sent = false;
  let held: (() => void) | undefined;

  root.addEventListener("w-autosave:save", (event) => {
    if (sent) event.preventDefault();
    else saving = true;
  });
  for (const end of ["w-autosave:success", "w-autosave:error"]) {
    root.addEventListener(end, () => {
      saving = false;
      const send = held;
      held = undefined;
      send?.();
    });
  }
  // Captured, so that nothing else on the page takes a form that waits for one that was sent.
  root.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      if (!form.matches(TARGET)) return;
      if (!saving) {
        sent = true;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      const button = event.submitter as HTMLButtonElement | null;
      held = (): void => {
        if (button?.name) form.append(chosen(button));
        form.requestSubmit();
      };
    },
    { capture: true },
  );
}

/** What a button says of itself when it sends a form; by now it may be disabled or another one may stand in its place. */
function chosen(button: HTMLButtonElement): HTMLInputElement {
  const field = button.ownerDocument.createElement("input");
  field.type = "hidden";
  field.name = button.name;
  field.value = button.value;
  return field;
}
