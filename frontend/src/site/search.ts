/**
 * The search that opens over a page: by its link, or by the key “/” where nobody is writing. It shows what fits while
 * one types; Escape closes it and gives the focus back. Without script the link leads to the page of the search.
 */
interface Hit {
  title: string;
  url: string;
  kind: string;
}

const WAIT_MS = 150;
const LEAST = 2;

export function openSearch(root: Document, ask: (url: string) => Promise<Hit[]> = fetchHits): void {
  const link = root.querySelector<HTMLAnchorElement>("[data-search-open]");
  const dialog = root.querySelector<HTMLDialogElement>("dialog[data-search]");
  const input = dialog?.querySelector("input");
  const list = dialog?.querySelector("ul");
  const status = dialog?.querySelector("[role=status]");
  if (!link || !dialog || !input || !list || !status) return;

  const open = (): void => {
    if (dialog.open) return;
    dialog.showModal();
    input.focus();
    input.select();
  };
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    event.preventDefault();
    open();
  });
  dialog.querySelector("[data-search-close]")?.addEventListener("click", () => {
    dialog.close();
  });

  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      void suggest();
    }, WAIT_MS);
  });

  async function suggest(): Promise<void> {
    const text = input?.value.trim() ?? "";
    const turn = ++asked;
    const hits = text.length < LEAST ? [] : await ask(`${dialog?.dataset.search ?? ""}?q=${encodeURIComponent(text)}`);
    if (turn !== asked) return; // somebody typed on meanwhile
    list?.replaceChildren(...hits.map((hit) => entry(root, hit)));
    const said = hits.length > 0 ? dialog?.dataset.some : dialog?.dataset.none;
    if (status) status.textContent = text.length < LEAST ? "" : (said ?? "");
  }
}

function entry(root: Document, hit: Hit): HTMLLIElement {
  const item = root.createElement("li");
  const link = root.createElement("a");
  link.href = hit.url;
  link.textContent = hit.title;
  item.append(link, ` ${hit.kind}`);
  return item;
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

async function fetchHits(url: string): Promise<Hit[]> {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as { results: Hit[] }).results : [];
  } catch {
    return []; // the button still leads to the page of the search
  }
}
