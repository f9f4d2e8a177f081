/** The legend: a row for each class and one for areas without a value, or what colour and width of the lines mean. */

import { CROSSING, lineWidth, WITHIN } from "../flows/lines";
import { formatNumber } from "../flows/numbers";
import { FEWER, MORE } from "../flows/palette";
import { exampleSymbols, symbolRadius } from "../flows/symbols";
import type { Values } from "./api";
import type { FlowLine } from "./flow-layer";

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
  place.replaceChildren(heading(values.indicator.unit), list);
}

/** Example widths: the largest flow and a tenth of it, rounded down to one digit. */
export function exampleFlows(largest: number): number[] {
  const round = (value: number): number => {
    const step = 10 ** Math.floor(Math.log10(value));
    return Math.floor(value / step) * step;
  };
  return largest >= 10 ? [round(largest), round(largest / 10)] : largest >= 1 ? [Math.floor(largest)] : [];
}

export interface LineTexts {
  title: string;
  within: string;
  crossing: string;
  estimated: string;
  masked: string;
  more: string;
  fewer: string;
  persons: string;
  surprising: boolean; // width shows surprise, not persons
}

/** Says what the lines mean; empties the place where there are none. */
export function drawLineLegend(place: HTMLElement, lines: readonly FlowLine[], locale: string, texts: LineTexts): void {
  if (lines.length === 0) {
    place.replaceChildren();
    return;
  }
  const list = document.createElement("ul");
  list.className = "atlas-legend__classes";
  const row = (label: string, colour: string, width: number, dash = "solid"): void => {
    const item = document.createElement("li");
    const line = document.createElement("span");
    line.className = "atlas-legend__line";
    line.style.borderTop = `${width}px ${dash} ${colour}`;
    item.append(line, label);
    list.append(item);
  };
  const some = (colour: string): boolean => lines.some((line) => line.colour === colour);
  if (texts.surprising) {
    if (some(MORE)) row(texts.more, MORE, 3);
    if (some(FEWER)) row(texts.fewer, FEWER, 3, "dashed");
  } else {
    if (some(WITHIN)) row(texts.within, WITHIN, 3);
    if (some(CROSSING)) row(texts.crossing, CROSSING, 3);
    if (lines.some((line) => line.dash === "dashed")) row(texts.estimated, WITHIN, 3, "dashed");
    if (lines.some((line) => line.dash === "dotted")) row(texts.masked, WITHIN, 3, "dotted");
    const largest = Math.max(...lines.map((line) => line.value));
    for (const value of exampleFlows(largest)) {
      row(`${formatNumber(value, locale)} ${texts.persons}`, "#565652", Math.max(1, lineWidth(value, largest)));
    }
  }
  place.replaceChildren(heading(texts.title), list);
}

/** Circles of round values, and the hatching where there is none. */
export function drawSymbolLegend(place: HTMLElement, values: Values, largest: number, locale: string, noValue: string): void {
  const list = document.createElement("ul");
  list.className = "atlas-legend__classes";
  for (const value of exampleSymbols(largest)) {
    const item = document.createElement("li");
    const circle = document.createElement("span");
    circle.className = "atlas-legend__circle";
    circle.style.width = circle.style.height = `${2 * symbolRadius(value, largest)}px`;
    item.append(circle, formatNumber(value, locale, 0));
    list.append(item);
  }
  if (values.values.some((value) => value === null)) {
    const item = document.createElement("li");
    const patch = document.createElement("span");
    patch.className = "atlas-legend__patch atlas-legend__patch--hatched";
    item.append(patch, noValue);
    list.append(item);
  }
  place.replaceChildren(heading(values.indicator.unit), list);
}

function heading(text: string): HTMLElement {
  const title = document.createElement("p");
  title.className = "atlas-legend__title";
  title.textContent = text;
  return title;
}
