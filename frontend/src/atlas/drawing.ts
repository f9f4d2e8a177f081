/**
 * One map of a page: draws what the data attributes of its element name.
 *
 * `data-shapes`, `data-values`, `data-flows`, `data-pairs`, `data-expected`, `data-nation` (the whole country in place
 * of the region) are addresses of the API, empty where not wanted; `data-method` how classes are cut, `data-symbols` "yes" for circles, `data-area` the chosen areas with commas,
 * `data-borders` and `data-labels` "no" to leave them out, `data-by-zoom` "yes" to sum pairs by district from far off,
 * `data-legend` the id of the legend's place (default `atlas-legend`), and `data-text-*` the words.
 */

import type View from "ol/View";
import { byDistrict } from "../flows/aggregate";
import { formatBounded } from "../flows/numbers";
import { type Commuting, type Expected, type Flows, getJson, type Shapes, type Values } from "./api";
import type { FlowLine } from "./flow-layer";
import { drawLegend, drawLineLegend, drawSymbolLegend } from "./legend";
import { AtlasMap, type Classes, type Pointed } from "./map";
import type { NationShapes } from "./nation-layer";
import { type LineLook, linesOfExpected, linesOfFlows, linesOfPairs } from "./pair-lines";

const FIRST_MAP = "atlas-first-map";
const FAR_OFF = 170; // metres a pixel stands for; from there on districts

export class Drawing {
  readonly map: AtlasMap;
  values: Values | null = null;
  private pairs: Commuting | null = null;
  private far: boolean | null = null;
  private readonly tip: HTMLElement;
  private shapesUrl = "";
  private turn = 0;

  constructor(
    readonly target: HTMLElement,
    view?: View,
  ) {
    target.replaceChildren();
    this.map = new AtlasMap(target, { zoomIn: this.text("zoomIn"), zoomOut: this.text("zoomOut") }, view);
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
      if (this.pairs && this.far !== null && this.far !== this.isFar()) this.showPairs(this.pairs);
    });
  }

  /** Draw what the attributes say; `fit` shows the whole region when its shapes are new. */
  async draw(fit = true): Promise<void> {
    const turn = ++this.turn;
    const { shapes, values, flows, pairs, expected, nation } = this.target.dataset;
    this.target.setAttribute("aria-busy", "true");
    this.target.querySelector(".atlas-fault")?.remove();
    try {
      const [shapesAnswer, valuesAnswer, flowsAnswer, pairsAnswer, expectedAnswer, nationAnswer] = await Promise.all([
        shapes ? getJson<Shapes>(shapes) : null,
        values ? getJson<Values>(values) : null,
        flows ? getJson<Flows>(flows) : null,
        pairs ? getJson<Commuting>(pairs) : null,
        expected ? getJson<Expected>(expected) : null,
        nation ? getJson<NationShapes>(nation) : null,
      ]);
      if (turn !== this.turn) return; // a later choice has overtaken this one
      if (shapesAnswer && shapes && shapes !== this.shapesUrl) {
        this.map.setShapes(shapesAnswer, fit);
        this.shapesUrl = shapes;
      }
      this.values = valuesAnswer;
      if (nationAnswer && valuesAnswer) this.showNation(nationAnswer, valuesAnswer);
      else this.showAreas();
      this.pairs = pairsAnswer;
      this.far = null;
      if (pairsAnswer) this.showPairs(pairsAnswer);
      else if (expectedAnswer) this.showLines(this.striking(linesOfExpected(expectedAnswer, this.look())), true);
      else this.showLines(flowsAnswer ? linesOfFlows(flowsAnswer, this.look()) : []);
      this.map.onceDrawn(() => {
        if (turn === this.turn) this.tellDrawn();
      });
    } catch {
      this.complain();
    } finally {
      if (turn === this.turn) this.target.removeAttribute("aria-busy");
    }
  }

  private showNation(shapes: NationShapes, values: Values): void {
    const { borders, method, nation = "" } = this.target.dataset;
    const classes = this.map.showNation(shapes, values, method ?? "quantile", nation !== this.shapesUrl);
    this.shapesUrl = nation;
    this.map.showBorders(borders !== "no");
    this.classLegend(classes);
  }

  private showAreas(): void {
    this.map.hideNation();
    const { area, borders, labels, method, symbols } = this.target.dataset;
    this.map.showBorders(borders !== "no");
    this.map.showLabels(labels !== "no");
    this.map.choose((area ?? "").split(",").filter(Boolean));
    const place = this.legendPlace();
    if (!this.values) {
      this.map.showPlain();
    } else if (symbols === "yes") {
      const largest = this.map.showSymbols(this.values);
      if (place) drawSymbolLegend(place, this.values, largest, this.locale, this.text("noValue"));
    } else {
      this.classLegend(this.map.showValues(this.values, method ?? "quantile"));
    }
  }

  private classLegend(classes: Classes): void {
    const place = this.legendPlace();
    const texts = { noValue: this.text("noValue"), below: this.text("below"), above: this.text("above") };
    if (place && this.values) drawLegend(place, this.values, classes, this.locale, texts);
  }

  private isFar(): boolean {
    return this.target.dataset.byZoom === "yes" && this.map.resolution > FAR_OFF;
  }

  private showPairs(answer: Commuting): void {
    this.far = this.isFar();
    const table = this.far ? byDistrict(answer) : answer;
    if (this.far) table.places.names = table.places.keys.map((key, index) => this.map.nameOf(key) || (table.places.names[index] ?? key));
    this.showLines(linesOfPairs(table, this.look()));
  }

  /** The most striking lines, which come first: as many as the page says. */
  private striking(lines: FlowLine[]): FlowLine[] {
    return lines.slice(0, Number(this.target.dataset.most) || lines.length);
  }

  private showLines(lines: FlowLine[], surprising = false): void {
    this.map.setLines(lines);
    const place = this.legendPlace();
    if (this.values || !place) return;
    drawLineLegend(place, lines, this.locale, {
      title: this.text(surprising ? "expectedLegend" : "flowLegend"),
      within: this.target.dataset.borders === "no" ? this.text("flowAny") : this.text("flowWithin"),
      crossing: this.text("flowCrossing"),
      estimated: this.text("flowEstimated"),
      masked: this.text("flowMasked"),
      more: this.text("more"),
      fewer: this.text("fewer"),
      persons: this.text("persons"),
      surprising,
    });
  }

  private legendPlace(): HTMLElement | null {
    return document.getElementById(this.target.dataset.legend ?? "atlas-legend");
  }

  private look(): LineLook {
    return {
      locale: this.locale,
      words: { unknown: this.text("noValue"), atMost: this.text("atMost"), persons: this.text("persons") },
      borders: this.target.dataset.borders !== "no",
    };
  }

  /** Tell other scripts, and whoever measures, that the map stands and what it shows. */
  private tellDrawn(): void {
    if (performance.getEntriesByName(FIRST_MAP).length === 0) performance.mark(FIRST_MAP);
    this.target.dataset.extent = this.map.extent.map(Math.round).join(" ");
    this.target.dataset.lines = String(this.map.flowLayer.count);
    this.target.dataset.drawn = "yes";
  }

  private point(pointed: Pointed | null): void {
    this.tip.hidden = pointed === null;
    if (!pointed) return;
    this.tip.textContent = [pointed.name, pointed.said ?? this.said(pointed.key)].filter(Boolean).join(": ");
    const [x, y] = pointed.pixel;
    const left = Math.min(x + 14, this.target.clientWidth - this.tip.offsetWidth - 4);
    this.tip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, y - 34)}px)`;
  }

  /** What the map knows of an area, in words. */
  said(key: string): string {
    const values = this.values;
    const index = values?.areas.indexOf(key) ?? -1;
    if (!values || index < 0) return "";
    const cell = {
      value: values.values[index] ?? null,
      lower: values.lower[index] ?? null,
      upper: values.upper[index] ?? null,
      status: values.status[index] ?? "unknown",
    };
    const texts = { unknown: this.text("noValue"), atMost: this.text("atMost") };
    const shown = formatBounded(cell, this.locale, texts, values.indicator.decimals);
    return cell.value === null && cell.upper === null ? shown : `${shown} ${values.indicator.unit}`;
  }

  private complain(): void {
    const note = document.createElement("p");
    note.className = "atlas-fault";
    note.setAttribute("role", "alert");
    note.textContent = this.text("fault");
    this.target.append(note);
  }

  get locale(): string {
    return this.target.dataset.locale ?? "de";
  }

  text(name: string): string {
    return this.target.dataset[`text${name.charAt(0).toUpperCase()}${name.slice(1)}`] ?? "";
  }
}
