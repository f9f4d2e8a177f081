/** Classes and colours of a choropleth. Colours are told apart with colour-vision deficiencies and in grey. */

/** Sequential, light to dark: equal steps of lightness from a pale to a deep blue-green. */
const SEQUENTIAL = ["#e8f1f2", "#b9d8dc", "#83b9c4", "#4b94aa", "#22698a", "#0f4163", "#08263f"];
/** Diverging around a middle: orange below, blue above, both dark at the ends. */
const BELOW = ["#7f3b08", "#b35806", "#e08214", "#fdb863", "#fee0b6"];
const ABOVE = ["#d1e5f0", "#92c5de", "#4393c3", "#2166ac", "#053061"];
export const NO_VALUE = "#f4f4f4";

/** Index of the class that holds a value; `breaks` are the inner borders, ascending; a value on a border is above it. */
export function classOf(value: number, breaks: readonly number[]): number {
  let index = 0;
  while (index < breaks.length && value >= (breaks[index] as number)) index += 1;
  return index;
}

/** Colours for `count` classes; with `middle` (a class border), colours part there. */
export function colours(count: number, middle?: number): string[] {
  if (count < 1) return [];
  if (middle !== undefined && middle > 0 && middle < count) {
    return [...spread(BELOW, middle), ...spread(ABOVE, count - middle)];
  }
  return spread(SEQUENTIAL, count);
}

/** Index of the class border that lies nearest to the value where an indicator changes its meaning. */
export function middleBorder(breaks: readonly number[], at: number): number {
  let best = 0;
  breaks.forEach((border, index) => {
    if (Math.abs(border - at) < Math.abs((breaks[best] as number) - at)) best = index;
  });
  return best + 1;
}

/** `count` colours evenly spread over a ramp; where it has too few, those between its neighbours are mixed. */
function spread(ramp: readonly string[], count: number): string[] {
  if (count === 1) return [ramp[Math.floor(ramp.length / 2)] as string];
  return Array.from({ length: count }, (_, index) => {
    const place = (index * (ramp.length - 1)) / (count - 1);
    if (count <= ramp.length) return ramp[Math.round(place)] as string;
    const below = Math.min(ramp.length - 2, Math.floor(place));
    return mixed(ramp[below] as string, ramp[below + 1] as string, place - below);
  });
}

function mixed(one: string, other: string, share: number): string {
  const part = (at: number): string => {
    const [from, to] = [parseInt(one.slice(at, at + 2), 16), parseInt(other.slice(at, at + 2), 16)];
    return Math.floor(from + (to - from) * share + 0.5).toString(16).padStart(2, "0");
  };
  return `#${part(1)}${part(3)}${part(5)}`;
}
