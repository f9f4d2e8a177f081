/** Geometry of flow lines in pixels. No DOM here. */

export type Point = readonly [number, number];

export interface Arc {
  from: Point;
  control: Point;
  to: Point;
  width: number;
}

const BEND = 0.18; // share of the length by which a line leaves the straight way, so that there and back differ

/** Colours of the lines; the legend shows the same. */
export const WITHIN = "#0f4163";
export const CROSSING = "#a34f04";

/** Width of a line: the area of ink grows with the number of people. */
export function lineWidth(value: number, largest: number, widest = 16, thinnest = 0.75): number {
  if (!(value > 0) || !(largest > 0)) return 0;
  return Math.max(thinnest, widest * Math.sqrt(Math.min(1, value / largest)));
}

/**
 * How strongly a line is inked: the many small ones stay in the background, and none disappears. A tenth of the largest
 * already has half of its ink, so that a colour is read where a line is of some weight.
 */
export function lineStrength(value: number, largest: number): number {
  if (!(value > 0) || !(largest > 0)) return 0;
  return 0.14 + 0.76 * Math.min(1, value / largest) ** 0.35;
}

/** A bent line from one place to another; it bends to the right of its direction. */
export function arc(from: Point, to: Point, width: number): Arc {
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  return { from, to, width, control: [(from[0] + to[0]) / 2 - dy * BEND, (from[1] + to[1]) / 2 + dx * BEND] };
}

/** The point at share `t` of an arc. */
export function along(line: Arc, t: number): Point {
  const u = 1 - t;
  return [
    u * u * line.from[0] + 2 * u * t * line.control[0] + t * t * line.to[0],
    u * u * line.from[1] + 2 * u * t * line.control[1] + t * t * line.to[1],
  ];
}

/** Three corners of the arrow head at the end of an arc. */
export function arrowHead(line: Arc): [Point, Point, Point] {
  const size = 5 + line.width * 1.1;
  const dx = line.to[0] - line.control[0];
  const dy = line.to[1] - line.control[1];
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  const base: Point = [line.to[0] - ux * size, line.to[1] - uy * size];
  const half = size * 0.5;
  return [line.to, [base[0] - uy * half, base[1] + ux * half], [base[0] + uy * half, base[1] - ux * half]];
}

/** Smallest distance in pixels from a point to an arc (sampled; good enough for a pointer). */
export function distanceTo(line: Arc, point: Point, samples = 24): number {
  let nearest = Infinity;
  for (let step = 0; step <= samples; step += 1) {
    const [x, y] = along(line, step / samples);
    nearest = Math.min(nearest, Math.hypot(x - point[0], y - point[1]));
  }
  return nearest;
}
