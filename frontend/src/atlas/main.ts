/**
 * Adds the map to an Atlas page that is already complete without it.
 *
 * The page hands over:
 * - `#atlas-map` with `data-shapes`, `data-values`, `data-flows` (addresses of the API, empty where not wanted),
 *   `data-method` (how classes are cut), `data-area` (chosen area), `data-borders` ("yes" or "no"), `data-locale`,
 *   and the words it needs as `data-text-*`;
 * - `#atlas-form`, an ordinary form whose fields are the state of the page; a field `area` takes the chosen area;
 * - parts marked `data-swap` with an id: they are replaced when the state changes.
 *
 * A change of a field, or a click into the map, asks for the page of the new state, puts its parts in place and draws
 * what the new `#atlas-map` names. The address follows, so that every state can be linked, and Back works.
 */

import "ol/ol.css";
import "./atlas.css";
import { formatBounded } from "../flows/numbers";
import { type Flows, getJson, type Shapes, type Values } from "./api";
import { drawFlowLegend, drawLegend } from "./legend";
import { AtlasMap } from "./map";
import { fetchPage, swapParts } from "./swap";

const FIRST_MAP = "atlas-first-map";

class AtlasPage {
  private readonly map: AtlasMap;
  private readonly tip: HTMLElement;
  private values: Values | null = null;
  private flows: Flows | null = null;
  private shapesUrl = "";
  private turn = 0;

  constructor(
    private readonly target: HTMLElement,
    private readonly form: HTMLFormElement,
  ) {
    target.replaceChildren();
    this.map = new AtlasMap(target, { zoomIn: this.text("zoomIn"), zoomOut: this.text("zoomOut") });
    this.tip = document.createElement("div");
    this.tip.className = "atlas-tip";
    this.tip.setAttribute("aria-hidden", "true"); // the table says the same to who cannot see the map
    this.tip.hidden = true;
    target.append(this.tip);
    this.map.onPoint((pointed) => {
      this.point(pointed);
    });
    this.map.onMove(() => {
      if (target.dataset.drawn) target.dataset.extent = this.map.extent.map(Math.round).join(" ");
    });
    this.map.onClick((key) => {
      this.choose(key);
    });
    form.addEventListener("change", () => {
      void this.go(this.address());
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.go(this.address());
    });
    window.addEventListener("popstate", () => {
      void this.go(location.href, false);
    });
  }

  async draw(): Promise<void> {
    const turn = ++this.turn;
    const { shapes, values, flows, method, area, borders } = this.target.dataset;
    this.target.setAttribute("aria-busy", "true");
    try {
      const [shapesAnswer, valuesAnswer, flowsAnswer] = await Promise.all([
        shapes ? getJson<Shapes>(shapes) : null,
        values ? getJson<Values>(values) : null,
        flows ? getJson<Flows>(flows) : null,
      ]);
      if (turn !== this.turn) return; // a later choice has overtaken this one
      if (shapesAnswer && shapes && shapes !== this.shapesUrl) {
        this.map.setShapes(shapesAnswer);
        this.shapesUrl = shapes;
      }
      this.values = valuesAnswer;
      this.flows = flowsAnswer;
      this.map.showBorders(borders !== "no");
      this.map.choose(area ?? null);
      if (valuesAnswer) this.legend(valuesAnswer, method ?? "quantile");
      else this.map.showPlain();
      this.map.showFlows(flowsAnswer);
      if (!valuesAnswer) this.flowLegend(flowsAnswer);
      this.map.onceDrawn(() => {
        if (turn === this.turn) this.tellDrawn();
      });
    } catch {
      this.complain();
    } finally {
      if (turn === this.turn) this.target.removeAttribute("aria-busy");
    }
  }

  /** Tell other scripts, and whoever measures, that the map stands and what it shows. */
  private tellDrawn(): void {
    if (performance.getEntriesByName(FIRST_MAP).length === 0) performance.mark(FIRST_MAP);
    this.target.dataset.extent = this.map.extent.map(Math.round).join(" ");
    this.target.dataset.drawn = "yes";
  }

  private legend(values: Values, method: string): void {
    const classes = this.map.showValues(values, method);
    const place = document.getElementById("atlas-legend");
    if (!place) return;
    drawLegend(place, values, classes, this.locale, { noValue: this.text("noValue"), below: this.text("below"), above: this.text("above") });
  }

  /** Without an indicator the legend tells the lines; it never keeps the classes of an earlier view. */
  private flowLegend(flows: Flows | null): void {
    const place = document.getElementById("atlas-legend");
    if (!place) return;
    const texts = {
      title: this.text("flowLegend"),
      within: this.text("flowWithin"),
      crossing: this.text("flowCrossing"),
      estimated: this.text("flowEstimated"),
      persons: this.text("persons"),
    };
    drawFlowLegend(place, flows, this.locale, texts);
  }

  private point(pointed: { key: string; name: string; pixel: [number, number] } | null): void {
    this.tip.hidden = pointed === null;
    if (!pointed) return;
    this.tip.textContent = [pointed.name, this.said(pointed.key)].filter(Boolean).join(": ");
    const [x, y] = pointed.pixel;
    const left = Math.min(x + 14, this.target.clientWidth - this.tip.offsetWidth - 4);
    this.tip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, y - 34)}px)`;
  }

  /** What the map knows of an area, in words. */
  private said(key: string): string {
    const texts = { unknown: this.text("noValue"), atMost: this.text("atMost") };
    const row = this.flows?.rows.find((candidate) => candidate.area === key);
    if (row) return `${formatBounded(row, this.locale, texts)} ${this.text("persons")}`;
    const values = this.values;
    const index = values?.areas.indexOf(key) ?? -1;
    if (!values || index < 0) return "";
    const cell = {
      value: values.values[index] ?? null,
      lower: values.lower[index] ?? null,
      upper: values.upper[index] ?? null,
      status: values.status[index] ?? "unknown",
    };
    const shown = formatBounded(cell, this.locale, texts, values.indicator.decimals);
    return cell.value === null && cell.upper === null ? shown : `${shown} ${values.indicator.unit}`;
  }

  private choose(key: string): void {
    const field = this.form.elements.namedItem("area");
    if (field instanceof HTMLSelectElement && ![...field.options].some((option) => option.value === key)) return;
    if (field instanceof HTMLSelectElement || field instanceof HTMLInputElement) {
      field.value = key;
      void this.go(this.address());
    }
  }

  private address(): string {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string" && value !== "") query.set(name, value);
    }
    return `${location.pathname}?${query.toString()}`;
  }

  private async go(url: string, push = true): Promise<void> {
    const turn = ++this.turn;
    this.target.setAttribute("aria-busy", "true");
    const page = await fetchPage(url);
    if (turn !== this.turn) return;
    if (!page) {
      location.assign(url); // let the server say what is wrong on a whole page
      return;
    }
    if (push) history.pushState(null, "", url);
    swapParts(page, this.target);
    await this.draw();
  }

  private complain(): void {
    const note = document.createElement("p");
    note.className = "atlas-fault";
    note.setAttribute("role", "alert");
    note.textContent = this.text("fault");
    this.target.append(note);
  }

  private get locale(): string {
    return this.target.dataset.locale ?? "de";
  }

  private text(name: string): string {
    return this.target.dataset[`text${name.charAt(0).toUpperCase()}${name.slice(1)}`] ?? "";
  }
}

const target = document.getElementById("atlas-map");
const form = document.getElementById("atlas-form");
if (target && form instanceof HTMLFormElement) {
  document.documentElement.classList.add("has-map");
  void new AtlasPage(target, form).draw();
}
