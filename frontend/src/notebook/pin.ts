import { merged, newNote, pinned, readNotes, writeNotes, type Shelf } from "./notes";

/** Lets the button beside a view keep that view, with its release, in the notes of the region. */
export function pinButton(root: Document, shelf: Shelf): void {
  const place = root.querySelector<HTMLElement>("[data-pin]");
  const button = place?.querySelector("button");
  const status = place?.querySelector("[role=status]");
  const region = place?.dataset.pin;
  if (!place || !button || !status || region === undefined) return;
  place.hidden = false;
  button.addEventListener("click", () => {
    const release = place.dataset.release ?? "";
    const note = newNote({ title: root.title, url: pinned(root.location.href, release), release });
    const kept = writeNotes(shelf, region, merged(readNotes(shelf, region), [note]));
    status.textContent = (kept ? place.dataset.done : place.dataset.refused) ?? "";
  });
}
