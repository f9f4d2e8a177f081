/**
 * Adds maps to an Atlas page that is already complete without them.
 *
 * The page hands over `#atlas-map` (and `#atlas-map-2` for a second map that moves with the first); what their data
 * attributes mean stands in `drawing.ts`. `#atlas-form` is an ordinary form whose fields are the state of the page; its
 * field(s) `area` take the areas chosen on the map. Parts marked `data-swap` with an id are replaced on a change.
 *
 * A change of a field, or a click into the map, asks for the page of the new state, puts its parts in place and draws
 * what the new attributes name. The address follows, so that every state can be linked, and Back works.
 *
 * The page "own selection" has `#choose-drawn` instead, whose script is loaded there alone.
 */

import "ol/ol.css";
import "./atlas.css";
import { chooseArea } from "./areas";
import { offerBasemap } from "./basemap";
import { Charts } from "./charts";
import { Drawing } from "./drawing";
import { foldForm } from "./fold";
import { addSliders, addTimeSlider } from "./sliders";
import { fetchPage, keepOpen, swapParts } from "./swap";

class AtlasPage {
  private readonly first: Drawing;
  private second: Drawing | null = null;
  private readonly charts: Charts;
  private turn = 0;

  constructor(
    target: HTMLElement,
    private readonly form: HTMLFormElement,
  ) {
    this.first = this.opened(target);
    this.charts = new Charts(() => this.drawings());
    form.addEventListener("change", () => {
      void this.go(this.address());
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.go(this.address());
    });
    offerBasemap(document, () => this.drawings().map(({ map }) => map));
    window.addEventListener("popstate", () => {
      void this.go(location.href, false);
    });
  }

  async draw(): Promise<void> {
    this.addControls();
    const other = document.getElementById("atlas-map-2");
    if ((other?.dataset.shapes || other?.dataset.nation) && !this.second) this.second = this.opened(other, this.first);
    const alone = !other?.dataset.shapes && !other?.dataset.nation;
    other?.toggleAttribute("hidden", alone);
    document.getElementById("atlas-legend-2")?.toggleAttribute("hidden", alone);
    await Promise.all([this.first.draw(), alone ? null : this.second?.draw(false)]);
    if (!alone) this.second?.map.map.updateSize();
    this.first.map.map.updateSize();
    this.charts.connect();
  }

  private drawings(): Drawing[] {
    return this.second && !this.second.target.hidden ? [this.first, this.second] : [this.first];
  }

  private opened(target: HTMLElement, beside?: Drawing): Drawing {
    target.hidden = false;
    const drawing = new Drawing(target, beside?.map.map.getView());
    drawing.map.onClick((key, add) => {
      if (chooseArea(this.form, key, add, drawing.map.holds(key))) void this.go(this.address());
    });
    return drawing;
  }

  private addControls(): void {
    addSliders(this.form);
    const period = this.form.querySelector<HTMLSelectElement>("select[data-time]");
    if (!period) return;
    const { textSlide = "", textPlay = "", textStop = "" } = period.dataset;
    const turn = this.turn;
    addTimeSlider(period, { slide: textSlide, play: textPlay, stop: textStop }, () => turn !== this.turn);
  }

  /** Address of the state of the form; a field with several values names them with commas. */
  private address(): string {
    const given = new Map<string, string[]>();
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string" && value !== "") given.set(name, [...(given.get(name) ?? []), value]);
    }
    const query = new URLSearchParams([...given].map(([name, values]) => [name, values.join(",")]));
    return `${location.pathname}?${query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":")}`;
  }

  private async go(url: string, push = true): Promise<void> {
    const turn = ++this.turn;
    for (const drawing of this.drawings()) drawing.target.setAttribute("aria-busy", "true");
    const page = await fetchPage(url);
    if (turn !== this.turn) return;
    if (!page) {
      location.assign(url); // let the server say what is wrong on a whole page
      return;
    }
    if (push) history.pushState(null, "", url);
    const focused = document.activeElement?.id ?? "";
    const restore = keepOpen(document);
    swapParts(page, ...document.querySelectorAll<HTMLElement>("#atlas-map, #atlas-map-2"));
    restore();
    const drawn = this.draw();
    if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
    await drawn;
  }
}

const target = document.getElementById("atlas-map");
const form = document.getElementById("atlas-form");
if (target && form instanceof HTMLFormElement) {
  document.documentElement.classList.add("has-map");
  foldForm(form);
  void new AtlasPage(target, form).draw();
}
const choice = document.getElementById("choose-drawn");
if (choice) void import("./choosing").then(({ choose }) => choose(choice));
