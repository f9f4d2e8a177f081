/** From the answers of the API to lines on the map: what is drawn, in which colour, how sure. No DOM here. */

import { fromLonLat } from "ol/proj";
import type { PairTable } from "../flows/aggregate";
import { CROSSING, type Point, WITHIN } from "../flows/lines";
import { formatBounded, formatNumber, type NumberTexts } from "../flows/numbers";
import { FEWER, MORE } from "../flows/palette";
import type { Expected, Flows } from "./api";
import type { Dash, FlowLine } from "./flow-layer";

export interface LineWords extends NumberTexts {
  persons: string;
}

export interface LineLook {
  locale: string;
  words: LineWords;
  borders: boolean; // false: as if there were no state border
}

function dashOf(status: string, value: number | null): Dash {
  if (value === null) return "dotted";
  return status === "estimated" ? "dashed" : "solid";
}

function placed(x: number | null | undefined, y: number | null | undefined): Point | null {
  if (x === null || x === undefined || y === null || y === undefined) return null;
  const [east, north] = fromLonLat([x, y]) as [number, number];
  return [east, north];
}

/** Lines of pairs; a pair without a value is as wide as the most that it can hold, and dotted. */
export function linesOfPairs({ places, pairs }: PairTable, look: LineLook): FlowLine[] {
  const at = places.keys.map((_, index) => placed(places.x[index], places.y[index]));
  const lines: FlowLine[] = [];
  pairs.origin.forEach((origin, index) => {
    const destination = pairs.destination[index] as number;
    const from = at[origin];
    const to = at[destination];
    const cell = {
      value: pairs.value[index] ?? null,
      lower: pairs.lower[index] ?? null,
      upper: pairs.upper[index] ?? null,
      status: pairs.status[index] as string,
    };
    const value = cell.value ?? cell.upper;
    if (!from || !to || value === null || value <= 0) return;
    lines.push({
      key: `${places.keys[origin]}-${places.keys[destination]}`,
      name: `${places.names[origin]} → ${places.names[destination]}`,
      from, to, value,
      said: `${formatBounded(cell, look.locale, look.words)} ${look.words.persons}`,
      colour: look.borders && pairs.crosses[index] ? CROSSING : WITHIN,
      dash: dashOf(cell.status, cell.value),
      arrow: true,
    });
  });
  return lines;
}

/** Lines of interfaces and gaps: as wide as they are surprising, without direction. */
export function linesOfExpected(answer: Expected, look: LineLook): FlowLine[] {
  const lines: FlowLine[] = [];
  for (const pair of answer.pairs) {
    const from = placed(pair.from_x, pair.from_y);
    const to = placed(pair.to_x, pair.to_y);
    if (!from || !to || !pair.score) continue;
    const more = pair.score > 0;
    const counted = pair.observed ? formatNumber(pair.observed, look.locale) : "–";
    lines.push({
      key: `${pair.area}-${pair.partner}`,
      name: `${pair.name} – ${pair.partner_name}`,
      from, to,
      value: Math.abs(pair.score),
      said: `${counted} / ≈ ${formatNumber(pair.expected ?? 0, look.locale)} ${look.words.persons}`,
      colour: more ? MORE : FEWER,
      dash: more ? "solid" : "dashed",
      arrow: false,
    });
  }
  return lines;
}

/** Lines of the commuters of one area. */
export function linesOfFlows(flows: Flows, look: LineLook): FlowLine[] {
  const home = placed(flows.x, flows.y);
  const lines: FlowLine[] = [];
  for (const row of flows.rows) {
    const other = placed(row.x, row.y);
    const value = row.value ?? row.upper;
    if (!home || !other || row.area === flows.area || value === null || value <= 0) continue;
    const [from, to] = flows.direction === "out" ? [home, other] : [other, home];
    lines.push({
      key: row.area, name: row.name, from, to, value,
      said: `${formatBounded(row, look.locale, look.words)} ${look.words.persons}`,
      colour: look.borders && row.crosses ? CROSSING : WITHIN,
      dash: dashOf(row.status, row.value),
      arrow: true,
    });
  }
  return lines;
}
