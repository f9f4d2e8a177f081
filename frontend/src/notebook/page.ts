import { merged, newNote, parseNotes, readNotes, toJson, toText, writeNotes, type Note, type Shelf } from "./notes";

/** Shows the notes of a region to be read, changed, saved, loaded and put into the message to the office. */
export function showNotebook(root: Document, shelf: Shelf): void {
  const place = root.querySelector<HTMLElement>("[data-notebook]");
  const region = place?.dataset.notebook;
  if (!place || region === undefined) return;
  new Notebook(root, place, region, shelf).show();
}

class Notebook {
  private notes: Note[];

  constructor(
    private readonly root: Document,
    private readonly place: HTMLElement,
    private readonly region: string,
    private readonly shelf: Shelf,
  ) {
    this.notes = readNotes(shelf, region);
  }

  show(): void {
    this.place.hidden = false;
    this.on("[data-add]", () => {
      this.change([newNote({}), ...this.notes]);
      this.place.querySelector<HTMLInputElement>("[data-list] input")?.focus();
    });
    this.on("[data-export=md]", () => {
      this.save("md", "text/markdown", toText(this.notes, this.root.location.origin));
    });
    this.on("[data-export=json]", () => {
      this.save("json", "application/json", toJson(this.notes));
    });
    this.on("[data-fill]", () => {
      const message = this.root.querySelector<HTMLTextAreaElement>("textarea[name=message]");
      if (!message) return;
      message.value = [message.value, toText(this.notes, this.root.location.origin)].filter(Boolean).join("\n\n");
      message.focus();
    });
    const file = this.place.querySelector<HTMLInputElement>("[data-import]");
    file?.addEventListener("change", () => {
      void this.load(file);
    });
    this.draw();
  }

  private on(selector: string, act: () => void): void {
    this.place.querySelector(selector)?.addEventListener("click", act);
  }

  private word(name: string): string {
    return this.place.dataset[name] ?? "";
  }

  private say(text: string): void {
    const status = this.place.querySelector("[data-status]");
    if (status) status.textContent = text;
  }

  private keep(said: string): void {
    this.say(writeNotes(this.shelf, this.region, this.notes) ? said : this.word("full"));
  }

  private change(notes: Note[], said = ""): void {
    this.notes = notes;
    this.keep(said);
    this.draw();
  }

  private async load(file: HTMLInputElement): Promise<void> {
    const chosen = file.files?.[0];
    if (!chosen) return;
    const found = parseNotes(await chosen.text());
    file.value = "";
    if (found.length === 0) this.say(this.word("broken"));
    else this.change(merged(this.notes, found), this.word("loaded"));
  }

  private save(ending: string, type: string, text: string): void {
    const link = this.root.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = `notizen-${this.region}.${ending}`;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  private draw(): void {
    const list = this.place.querySelector("[data-list]");
    if (!list) return;
    const none = this.element("p", {}, this.word("none"));
    list.replaceChildren(...(this.notes.length === 0 ? [none] : this.notes.map((note) => this.drawn(note))));
  }

  private drawn(note: Note): HTMLElement {
    const article = this.element("article", { class: "rw-note-card" });
    const title = this.element("input", { type: "text", id: `title-${note.id}`, maxlength: "200" });
    title.value = note.title;
    const text = this.element("textarea", { id: `text-${note.id}`, rows: "4", maxlength: "5000" });
    text.value = note.text;
    for (const field of [title, text]) {
      field.addEventListener("change", () => {
        this.notes = this.notes.map((one) =>
          one.id === note.id ? { ...one, title: title.value, text: text.value } : one,
        );
        this.keep(this.word("saved"));
      });
    }
    article.append(
      this.element("label", { for: title.id }, this.word("title")), title,
      this.element("label", { for: text.id }, this.word("text")), text,
      this.foot(note),
    ); // prettier-ignore
    return article;
  }

  private foot(note: Note): HTMLElement {
    const foot = this.element("p", { class: "rw-note" });
    if (note.url !== "") foot.append(this.element("a", { href: note.url }, this.word("open")), " · ");
    if (note.release !== "") foot.append(`${this.word("releaseWord")} ${note.release} · `);
    if (note.kept !== "") {
      foot.append(`${this.word("kept")} ${new Date(note.kept).toLocaleDateString(this.root.documentElement.lang || "de")} · `);
    }
    const remove = this.element("button", { type: "button", class: "rw-button rw-button--quiet" }, this.word("remove"));
    remove.append(this.element("span", { class: "rw-hidden" }, ` ${note.title}`));
    remove.addEventListener("click", () => {
      this.change(
        this.notes.filter((one) => one.id !== note.id),
        this.word("removed"),
      );
      this.place.querySelector<HTMLButtonElement>("[data-add]")?.focus();
    });
    foot.append(remove);
    return foot;
  }

  private element<K extends keyof HTMLElementTagNameMap>(
    name: K, attributes: Record<string, string>, text = "",
  ): HTMLElementTagNameMap[K] {
    const made = this.root.createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
    made.textContent = text;
    return made;
  }
}
