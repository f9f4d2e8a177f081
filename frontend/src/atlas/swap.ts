/** Putting the parts of a newly asked page in the place of the old ones. */

/** The page of an address, or null when the server has something else to say (an error page, a redirect to a login). */
export async function fetchPage(url: string): Promise<Document | null> {
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  }
}

/** Replace every part marked `data-swap`, take over the maps' data attributes, and keep the focus where it was. */
export function swapParts(page: Document, ...maps: HTMLElement[]): void {
  const focused = document.activeElement?.id;
  for (const part of document.querySelectorAll<HTMLElement>("[data-swap]")) {
    const fresh = part.id ? page.getElementById(part.id) : null;
    if (fresh) part.replaceWith(document.adoptNode(fresh));
  }
  for (const map of maps) {
    const fresh = page.getElementById(map.id);
    if (!fresh) continue;
    for (const name of Object.keys(map.dataset)) {
      if (!(name in fresh.dataset)) Reflect.deleteProperty(map.dataset, name);
    }
    Object.assign(map.dataset, fresh.dataset);
    const label = fresh.getAttribute("aria-label");
    if (label) map.setAttribute("aria-label", label);
  }
  document.title = page.title || document.title;
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
}

/** Remember which parts are unfolded and how far lists are scrolled; the answer brings them back. */
export function keepOpen(root: Document): () => void {
  const keyOf = (part: Element): string => part.querySelector("summary")?.textContent ?? "";
  const open = new Set([...root.querySelectorAll("details[open]")].map(keyOf));
  const scrolled = root.querySelector(".atlas-areas__list")?.scrollTop ?? 0;
  return () => {
    for (const part of root.querySelectorAll<HTMLDetailsElement>("details")) if (open.has(keyOf(part))) part.open = true;
    const list = root.querySelector(".atlas-areas__list");
    if (list) list.scrollTop = scrolled;
  };
}
