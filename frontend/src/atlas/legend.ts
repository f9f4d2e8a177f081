/** The legend: a row for each class and one for areas without a value, or what colour and width of the lines mean. */

import { CROSSING, lineWidth, WITHIN } from "../flows/lines";
import { formatNumber } from "../flows/numbers";
import type { Flows, Values } from "./api";

interface Classes {
  breaks: number[];
  colours: string[];
}

interface LegendTexts {
  noValue: string;
  below: string;
  above: string;
}

/** Words of a class: "below 10", "10 – 20", "20 and more". */
export function classLabel(breaks: readonly number[], index: number, write: (value: number) => string, texts: LegendTexts): string {
  const from = index > 0 ? breaks[index - 1] : undefined;
  const to = breaks[index];
  if (from === undefined) return to === undefined ? "" : `${texts.below} ${write(to)}`;
  if (to === undefined) return `${write(from)} ${texts.above}`;
  return `${write(from)} – ${write(to)}`;
}

export function drawLegend(place: HTMLElement, values: Values, classes: Classes, locale: string, texts: LegendTexts): void {
  const write = (value: number): string => formatNumber(value, locale, values.indicator.decimals);
  const list = document.createElement("ul");
  list.className = "atlas-legend__classes";
  const row = (label: string, colour: string | null): void => {
    const item = document.createElement("li");
    const patch = document.createElement("span");
    patch.className = colour === null ? "atlas-legend__patch atlas-legend__patch--hatched" : "atlas-legend__patch";
    if (colour !== null) patch.style.backgroundColor = colour;
    item.append(patch, label);
    list.append(item);
  };
  classes.colours.forEach((colour, index) => {
    row(classLabel(classes.breaks, index, write, texts), colour);
  });
  if (values.values.some((value) => value === null)) row(texts.noValue, null);
  const title = document.createElement("p");
  title.className = "atlas-legend__title";
  title.textContent = values.indicator.unit;
  place.replaceChildren(title, list);
}

interface FlowTexts {
  title: string;
  within: string;
  crossing: string;
  estimated: string;
  persons: string;
}

/** Example widths: the largest flow and a tenth of it, rounded down to one digit. */
export function exampleFlows(largest: number): number[] {
  const round = (value: number): number => {
    const step = 10 ** Math.floor(Math.log10(value));
    return Math.floor(value / step) * step;
  };
  return largest >= 10 ? [round(largest), round(largest / 10)] : largest >= 1 ? [Math.floor(largest)] : [];
}

/** Says what the lines mean; empties the place where there are none. */
export function drawFlowLegend(place: HTMLElement, flows: Flows | null, locale: string, texts: FlowTexts): void {
  const shown = flows?.rows.filter((row) => row.value !== null && row.area !== flows.area) ?? [];
  if (shown.length === 0) {
    place.replaceChildren();
    return;
  }
  const list = document.createElement("ul");
  list.className = "atlas-legend__classes";
  const row = (label: string, colour: string, width: number, dashed = false): void => {
    const item = document.createElement("li");
    const line = document.createElement("span");
    line.className = "atlas-legend__line";
    line.style.borderTop = `${width}px ${dashed ? "dashed" : "solid"} ${colour}`;
    item.append(line, label);
    list.append(item);
  };
  const largest = Math.max(...shown.map((each) => each.value ?? 0));
  if (shown.some((each) => !each.crosses)) row(texts.within, WITHIN, 3);
  if (shown.some((each) => each.crosses)) row(texts.crossing, CROSSING, 3);
  if (shown.some((each) => each.status === "estimated")) row(texts.estimated, WITHIN, 3, true);
  for (const value of exampleFlows(largest)) {
    row(`${formatNumber(value, locale)} ${texts.persons}`, "#565652", Math.max(1, lineWidth(value, largest)));
  }
  const title = document.createElement("p");
  title.className = "atlas-legend__title";
  title.textContent = texts.title;
  place.replaceChildren(title, list);
}
