/** The legend: one row for each class, and one for areas without a value. */

import { formatNumber } from "../flows/numbers";
import type { Values } from "./api";

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
