/** Pairs of municipalities summed to pairs of districts, for a map seen from far off. No DOM here. */

export interface Places {
  keys: string[];
  names: string[];
  states: string[];
  x: (number | null)[];
  y: (number | null)[];
}

export interface PairColumns {
  origin: number[];
  destination: number[];
  value: (number | null)[];
  lower: (number | null)[];
  upper: (number | null)[];
  status: string[];
  crosses: boolean[];
}

export interface PairTable {
  places: Places;
  pairs: PairColumns;
}

const DISTRICT = 5;
const WORSE = ["measured", "rounded", "estimated", "masked", "unlisted", "unknown"];

/** One pair for each two districts; ways within a district disappear; a sum is only as sure as its least sure part. */
export function byDistrict({ places, pairs }: PairTable): PairTable {
  const keys = [...new Set(places.keys.map((key) => key.slice(0, DISTRICT)))].sort();
  const at = new Map(keys.map((key, index) => [key, index]));
  const home = places.keys.map((key) => at.get(key.slice(0, DISTRICT)) as number);
  const summed = new Map<number, { value: number | null; lower: number; upper: number; status: string; crosses: boolean }>();
  pairs.origin.forEach((origin, index) => {
    const from = home[origin] as number;
    const to = home[pairs.destination[index] as number] as number;
    if (from === to) return;
    const value = pairs.value[index] ?? null;
    const status = pairs.status[index] as string;
    const known = summed.get(from * keys.length + to);
    if (!known) {
      summed.set(from * keys.length + to, {
        value, status, lower: pairs.lower[index] ?? 0, upper: pairs.upper[index] ?? value ?? 0, crosses: pairs.crosses[index] as boolean,
      });
      return;
    }
    known.value = known.value === null || value === null ? null : known.value + value;
    known.lower += pairs.lower[index] ?? 0;
    known.upper += pairs.upper[index] ?? value ?? 0;
    if (WORSE.indexOf(status) > WORSE.indexOf(known.status)) known.status = status;
  });
  const rows = [...summed].sort(([, a], [, b]) => (b.value ?? b.upper) - (a.value ?? a.upper));
  return {
    places: middles(keys, home, places),
    pairs: {
      origin: rows.map(([pair]) => Math.floor(pair / keys.length)),
      destination: rows.map(([pair]) => pair % keys.length),
      value: rows.map(([, row]) => row.value),
      lower: rows.map(([, row]) => row.lower),
      upper: rows.map(([, row]) => row.upper),
      status: rows.map(([, row]) => row.status),
      crosses: rows.map(([, row]) => row.crosses),
    },
  };
}

/** Places of the districts: their own where it is given, else the middle of their municipalities. */
function middles(keys: string[], home: number[], places: Places): Places {
  const sums = keys.map(() => ({ x: 0, y: 0, count: 0, name: "" }));
  places.keys.forEach((key, index) => {
    const sum = sums[home[index] as number];
    const x = places.x[index] ?? null;
    const y = places.y[index] ?? null;
    if (!sum) return;
    if (key.length === DISTRICT) sum.name = places.names[index] ?? "";
    if (x === null || y === null) return;
    sum.x += x;
    sum.y += y;
    sum.count += 1;
  });
  return {
    keys,
    names: sums.map((sum, index) => sum.name || (keys[index] as string)),
    states: keys.map((key) => key.slice(0, 2)),
    x: sums.map((sum) => (sum.count ? sum.x / sum.count : null)),
    y: sums.map((sum) => (sum.count ? sum.y / sum.count : null)),
  };
}
