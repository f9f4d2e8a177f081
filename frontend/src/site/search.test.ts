import { beforeEach, describe, expect, it, vi } from "vitest";
import { openSearch } from "./search";

const PAGE = `
  <a href="/mitte/suche/" data-search-open>Suche</a><input id="other">
  <dialog data-search="/mitte/suche/vorschlaege/" data-none="nichts" data-some="Treffer">
    <form><input type="search" name="q"><button type="button" data-search-close>zu</button></form>
    <p role="status"></p><ul></ul>
  </dialog>`;

describe("openSearch", () => {
  beforeEach(() => {
    document.body.innerHTML = PAGE;
    // jsdom knows dialogs by name only
    HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) { this.open = true; };
    HTMLDialogElement.prototype.close = function (this: HTMLDialogElement) { this.open = false; };
  });
  const dialog = (): HTMLDialogElement => document.querySelector("dialog") as HTMLDialogElement;
  const field = (): HTMLInputElement => document.querySelector("[name=q]") as HTMLInputElement;
  const press = (target: Element, key = "/"): void => {
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  };

  it("opens by link and key, not while somebody writes, and closes", () => {
    openSearch(document, () => Promise.resolve([]));
    press(document.getElementById("other") as Element);
    expect(dialog().open).toBe(false);
    press(document.body);
    expect(dialog().open).toBe(true);
    expect(document.activeElement).toBe(field());
    document.querySelector<HTMLButtonElement>("[data-search-close]")?.click();
    expect(dialog().open).toBe(false);
    document.querySelector<HTMLAnchorElement>("[data-search-open]")?.click();
    expect(dialog().open).toBe(true);
  });

  it("shows what fits as text, never as markup", async () => {
    const asked: string[] = [];
    openSearch(document, (url) => {
      asked.push(url);
      return Promise.resolve([{ title: "<b>Forum</b>", url: "/mitte/forum/", kind: "Seite" }]);
    });
    field().value = "Akteur*innen & Co";
    field().dispatchEvent(new Event("input"));
    await vi.waitFor(() => {
      expect(document.querySelector("ul a")?.textContent).toBe("<b>Forum</b>");
    });
    expect(asked).toEqual(["/mitte/suche/vorschlaege/?q=Akteur*innen%20%26%20Co"]);
    expect(document.querySelector("[role=status]")?.textContent).toBe("Treffer");
  });
});
