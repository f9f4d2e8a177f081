import { beforeEach, describe, expect, it } from "vitest";
import { merged, newNote, parseNotes, pinned, readNotes, toJson, toText, writeNotes } from "./notes";
import { showNotebook } from "./page";
import { pinButton } from "./pin";

const NOW = new Date("2026-11-23T10:00:00Z");

describe("notes", () => {
  beforeEach(() => {
    localStorage.clear();
  });

  it("come back as they were kept, each region's apart", () => {
    const note = newNote({ title: "Höxter", text: "viele nach Holzminden", url: "/mitte/atlas/?a=1" }, NOW);
    expect(writeNotes(localStorage, "mitte", [note])).toBe(true);
    expect(readNotes(localStorage, "mitte")).toEqual([note]);
    expect(readNotes(localStorage, "kali")).toEqual([]);
  });

  it("trust nothing that a file brings", () => {
    const hostile = { version: 1, notes: [{ title: 7, url: "javascript:alert(1)" }, "x", { url: "//evil.example/" }, { url: "/\\evil.example" }] };
    const found = parseNotes(JSON.stringify(hostile));
    expect(found.map((note) => [note.title, note.url])).toEqual([["", ""], ["", ""], ["", ""]]);
    for (const text of [null, "", "{", "[]", '{"version": 2, "notes": []}', '{"version": 1, "notes": 3}']) {
      expect(parseNotes(text)).toEqual([]);
    }
  });

  it("say when the browser has no room", () => {
    const full = { getItem: () => null, setItem: () => { throw new DOMException("full", "QuotaExceededError"); } };
    expect(writeNotes(full, "mitte", [])).toBe(false);
  });

  it("are replaced by their id when a file is loaded twice", () => {
    const one = newNote({ id: "a", title: "alt" }, NOW);
    const two = newNote({ id: "b" }, NOW);
    expect(merged([one, two], [{ ...one, title: "neu" }]).map((note) => note.title)).toEqual(["neu", ""]);
    expect(parseNotes(toJson([one, two]))).toEqual([one, two]);
  });

  it("name the release of a view once", () => {
    expect(pinned("https://a.example/mitte/atlas/?i=x#y", "20261123-abc")).toBe("/mitte/atlas/?i=x&release=20261123-abc");
    expect(pinned("https://a.example/mitte/atlas/?release=old", "new")).toBe("/mitte/atlas/?release=old");
    expect(pinned("https://a.example/mitte/forum/", "")).toBe("/mitte/forum/");
  });

  it("can be read as text", () => {
    const note = newNote({ title: "Höxter", text: "pendelt", url: "/mitte/atlas/" }, NOW);
    expect(toText([note], "https://a.example")).toBe("## Höxter\n\nhttps://a.example/mitte/atlas/\n\npendelt");
  });
});

describe("pages of notes", () => {
  beforeEach(() => {
    localStorage.clear();
  });

  it("keep a view by its button", () => {
    document.title = "Karte – Mitte";
    document.body.innerHTML = `<div data-pin="mitte" data-release="r1" data-done="ok" hidden><button>Merken</button><span role="status"></span></div>`;
    pinButton(document, localStorage);
    document.querySelector("button")?.click();
    expect(document.querySelector("[role=status]")?.textContent).toBe("ok");
    const [note] = readNotes(localStorage, "mitte");
    expect([note?.title, note?.release, note?.url]).toEqual(["Karte – Mitte", "r1", "/?release=r1"]);
  });

  it("show, change, remove and hand over", () => {
    document.documentElement.lang = "de";
    writeNotes(localStorage, "mitte", [newNote({ title: "<b>Höxter</b>", text: "alt", url: "/mitte/atlas/" }, NOW)]);
    document.body.innerHTML = `
      <div data-notebook="mitte" data-none="keine" data-remove="Entfernen" data-removed="entfernt" data-saved="gesichert" hidden>
        <p data-status></p><div data-list></div><button data-add>Neu</button><button data-fill>Übernehmen</button></div>
      <textarea name="message"></textarea>`;
    showNotebook(document, localStorage);
    const text = document.querySelector<HTMLTextAreaElement>("[data-list] textarea");
    expect(document.querySelector("[data-list] b")).toBeNull();
    if (text) text.value = "neu";
    text?.dispatchEvent(new Event("change"));
    expect(readNotes(localStorage, "mitte")[0]?.text).toBe("neu");
    document.querySelector<HTMLButtonElement>("[data-fill]")?.click();
    expect(document.querySelector<HTMLTextAreaElement>("[name=message]")?.value).toContain("neu");
    document.querySelector<HTMLButtonElement>("[data-list] button")?.click();
    expect(readNotes(localStorage, "mitte")).toEqual([]);
    expect(document.querySelector("[data-list]")?.textContent).toBe("keine");
    document.querySelector<HTMLButtonElement>("[data-add]")?.click();
    expect(readNotes(localStorage, "mitte")).toHaveLength(1);
  });
});
