/** What the API hands to the map, and how it is asked for. */

import type { FeatureCollection, MultiLineString, MultiPolygon, Polygon } from "geojson";
import type { PairTable } from "../flows/aggregate";
import type { Bounded } from "../flows/numbers";

export interface AreaProperties {
  key: string;
  name: string;
  state: string;
  district: string | null;
  inhabited: boolean;
  x: number | null;
  y: number | null;
}

export interface Shapes {
  release: string;
  level: string;
  features: FeatureCollection<Polygon | MultiPolygon, AreaProperties>;
  context: FeatureCollection<Polygon | MultiPolygon, AreaProperties>;
  borders: MultiLineString;
  outline: Polygon | MultiPolygon;
  labels?: { key: string; name: string; x: number; y: number }[]; // largest towns first
}

export interface Values {
  release: string;
  indicator: { key: string; name: string; unit: string; decimals: number; diverging_at: number | null };
  areas: string[];
  names: string[];
  values: (number | null)[];
  lower: (number | null)[];
  upper: (number | null)[];
  status: string[];
  breaks: Record<string, number[]>;
}

export interface FlowRow extends Bounded {
  area: string;
  name: string;
  x: number | null;
  y: number | null;
  crosses: boolean;
}

export interface Flows {
  release: string;
  area: string;
  name: string;
  x: number | null;
  y: number | null;
  direction: "in" | "out";
  estimated: boolean;
  rows: FlowRow[];
}

/** Pairs of the commuting page, in columns that point into one list of places. */
export interface Commuting extends PairTable {
  release: string;
  direction: "in" | "out" | "net";
  level: string;
  estimated: boolean;
  count: number;
}

export interface ExpectedPair {
  area: string;
  partner: string;
  name: string;
  partner_name: string;
  observed: number | null;
  expected: number | null;
  score: number | null;
  from_x: number | null;
  from_y: number | null;
  to_x: number | null;
  to_y: number | null;
}

export interface Expected {
  release: string;
  pairs: ExpectedPair[];
}

const kept = new Map<string, Promise<unknown>>();

/** Ask once for each address; an answer belongs to one release and does not change. */
export function getJson<T>(url: string): Promise<T> {
  const known = kept.get(url);
  if (known) return known as Promise<T>;
  const asked = fetch(url, { headers: { Accept: "application/json" } }).then((answer) => {
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json() as Promise<T>;
  });
  asked.catch(() => kept.delete(url));
  kept.set(url, asked);
  return asked;
}
