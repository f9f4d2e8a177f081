/** Shapes of a whole country as the API packs them: whole-number steps from point to point. No DOM here. */

export interface PackedRings {
  sizes: number[];
  steps: number[];
}

/** Rings as x, y, x, y … in metres of the web projection. */
export function unpack({ sizes, steps }: PackedRings, scale: number): Float64Array[] {
  const metres = 20037508.342789244 / 180;
  const rings: Float64Array[] = [];
  let x = 0;
  let y = 0;
  let at = 0;
  for (const size of sizes) {
    const ring = new Float64Array(2 * size);
    for (let point = 0; point < size; point += 1) {
      x += steps[at] as number;
      y += steps[at + 1] as number;
      at += 2;
      ring[2 * point] = (x / scale) * metres;
      ring[2 * point + 1] = (Math.log(Math.tan(((90 + y / scale) * Math.PI) / 360)) * 180 * metres) / Math.PI;
    }
    rings.push(ring);
  }
  return rings;
}

/** Box around rings: west, south, east, north. */
export function boxOf(rings: readonly Float64Array[]): [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (let at = 0; at < ring.length; at += 2) {
      const x = ring[at] as number;
      const y = ring[at + 1] as number;
      if (x < box[0]) box[0] = x;
      if (y < box[1]) box[1] = y;
      if (x > box[2]) box[2] = x;
      if (y > box[3]) box[3] = y;
    }
  }
  return box;
}

/** Whether a point lies inside rings, by the even-odd rule. */
export function inside(rings: readonly Float64Array[], x: number, y: number): boolean {
  let odd = false;
  for (const ring of rings) {
    for (let at = 0, before = ring.length - 2; at < ring.length; before = at, at += 2) {
      const [x1, y1, x2, y2] = [ring[at], ring[at + 1], ring[before], ring[before + 1]] as [number, number, number, number];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
    }
  }
  return odd;
}
