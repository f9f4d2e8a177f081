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

/** Replace every part marked `data-swap`, take over the map's data attributes, and keep the focus where it was. */
export function swapParts(page: Document, map: HTMLElement): void {
  const focused = document.activeElement?.id;
  for (const part of document.querySelectorAll<HTMLElement>("[data-swap]")) {
    const fresh = part.id ? page.getElementById(part.id) : null;
    if (fresh) part.replaceWith(document.adoptNode(fresh));
  }
  const freshMap = page.getElementById(map.id);
  if (freshMap) {
    for (const name of Object.keys(map.dataset)) {
      if (!(name in freshMap.dataset)) Reflect.deleteProperty(map.dataset, name);
    }
    Object.assign(map.dataset, freshMap.dataset);
  }
  document.title = page.title || document.title;
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
}
