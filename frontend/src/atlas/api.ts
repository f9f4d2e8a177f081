/** What the API hands to the map, and how it is asked for. */

import type { FeatureCollection, MultiLineString, MultiPolygon, Polygon } from "geojson";
import type { Bounded } from "../flows/numbers";

export interface AreaProperties {
  key: string;
  name: string;
  state: string;
  district: string | null;
  inhabited: boolean;
  x: number;
  y: number;
}

export interface Shapes {
  release: string;
  level: string;
  features: FeatureCollection<Polygon | MultiPolygon, AreaProperties>;
  context: FeatureCollection<Polygon | MultiPolygon, AreaProperties>;
  borders: MultiLineString;
  outline: Polygon | MultiPolygon;
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
