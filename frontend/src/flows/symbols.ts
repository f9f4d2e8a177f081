/** Circles for absolute numbers: the area of a circle grows with its value. No DOM here. */

const LARGEST = 34; // pixels
const SMALLEST = 1.5;

/** Radius of a circle in pixels. */
export function symbolRadius(value: number, largest: number): number {
  if (!(value > 0) || !(largest > 0)) return 0;
  return Math.max(SMALLEST, LARGEST * Math.sqrt(Math.min(1, value / largest)));
}

/** Round values to show in a legend: the largest one-digit number below the largest value, a quarter, a twentieth. */
export function exampleSymbols(largest: number): number[] {
  const round = (value: number): number => {
    const step = 10 ** Math.floor(Math.log10(value));
    return Math.floor(value / step) * step;
  };
  return largest > 0 ? [...new Set([round(largest), round(largest / 4), round(largest / 20)])] : [];
}
