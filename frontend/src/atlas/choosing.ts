/**
 * Choosing municipalities on the map of the page "own selection": by an outline or one by one.
 *
 * The list on the page holds the choice and sends it; the map only ticks in it and shows what is ticked, so that both
 * ways lead to the same, and the page is complete without the map.
 */

import { Drawing } from "./drawing";
import { Outline } from "./outline";
import { agree, shorten, tick, ticked } from "./ticks";

class Choosing {
  private readonly drawing: Drawing;
  private readonly outline: Outline;

  constructor(
    private readonly place: HTMLElement,
    private readonly form: HTMLFormElement,
    target: HTMLElement,
  ) {
    place.hidden = false;
    this.drawing = new Drawing(target);
    this.outline = new Outline(
      this.drawing.map,
      target,
      (keys) => {
        this.take(keys);
      },
      () => {
        this.show(this.word("left"));
      },
    );
    this.drawing.map.onClick((key) => {
      if (this.drawing.map.holds(key) && !this.outline.drawing) this.toggle(key);
    });
    this.button("draw")?.addEventListener("click", () => {
      if (this.outline.drawing) {
        this.outline.breakOff();
        return;
      }
      this.outline.start();
      this.show(this.word("drawing"));
    });
    this.button("clear")?.addEventListener("click", () => {
      tick(form, new Set());
      this.show();
    });
    form.addEventListener("change", (event) => {
      agree(form, event.target as HTMLInputElement);
      this.show();
    });
    form.addEventListener("formdata", ({ formData }) => {
      shorten(form, formData);
    });
    // Back brings a form to the state it was left in, after this script has run
    window.addEventListener("pageshow", () => {
      this.begin();
    });
  }

  async draw(): Promise<void> {
    await this.drawing.draw();
    this.begin();
  }

  private begin(): void {
    tick(this.form, ticked(this.form));
    this.show();
  }

  private take(inside: string[]): void {
    tick(this.form, new Set([...ticked(this.form), ...inside]));
    this.show(inside.length > 0 ? this.word("inside").replace("{number}", String(inside.length)) : this.word("empty"));
  }

  private toggle(key: string): void {
    const keys = ticked(this.form);
    if (!keys.delete(key)) keys.add(key);
    tick(this.form, keys);
    this.show(`${this.drawing.map.nameOf(key)}.`);
  }

  /** Mark on the map what is ticked in the list, and say how many these are. */
  private show(first = ""): void {
    const keys = ticked(this.form);
    this.drawing.target.dataset.area = [...keys].join(",");
    this.drawing.map.choose(keys);
    this.button("draw")?.setAttribute("aria-pressed", String(this.outline.drawing));
    const told = this.place.querySelector("[role=status]");
    const number = keys.size === 1 ? "one" : "many";
    if (told) told.textContent = `${first} ${this.word(number).replace("{number}", String(keys.size))}`.trim();
  }

  private button(name: string): HTMLButtonElement | null {
    return this.place.querySelector(`button[data-act=${name}]`);
  }

  private word(name: string): string {
    return this.place.dataset[`text${name.charAt(0).toUpperCase()}${name.slice(1)}`] ?? "";
  }
}

/** Add the map to the list. */
export async function choose(place: HTMLElement): Promise<void> {
  const form = document.querySelector("form.atlas-choose");
  const target = place.querySelector<HTMLElement>(".atlas-map");
  if (form instanceof HTMLFormElement && target) await new Choosing(place, form, target).draw();
}
