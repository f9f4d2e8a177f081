import { describe, expect, it } from "vitest";
import { colours } from "./classes";
import { CROSSING, WITHIN } from "./lines";
import { FEWER, MORE } from "./palette";

type Rgb = [number, number, number];

/** Full colour-vision deficiencies as matrices on linear RGB (Machado, Oliveira and Fernandes 2009, severity 1.0). */
const SEEN: Record<string, number[]> = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

function linear(hex: string): Rgb {
  return [1, 3, 5].map((at) => {
    const share = parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
}

/** CIE Lab of a colour as somebody sees it (D65). */
function lab(hex: string, seen: number[]): Rgb {
  const [r, g, b] = linear(hex);
  const mixed = [0, 3, 6].map((at) =>
    Math.min(1, Math.max(0, (seen[at] as number) * r + (seen[at + 1] as number) * g + (seen[at + 2] as number) * b)),
  ) as Rgb;
  const xyz = [
    (0.4124564 * mixed[0] + 0.3575761 * mixed[1] + 0.1804375 * mixed[2]) / 0.95047,
    0.2126729 * mixed[0] + 0.7151522 * mixed[1] + 0.072175 * mixed[2],
    (0.0193339 * mixed[0] + 0.119192 * mixed[1] + 0.9503041 * mixed[2]) / 1.08883,
  ].map((value) => (value > 216 / 24389 ? Math.cbrt(value) : (24389 / 27) * (value / 116) + 16 / 116)) as Rgb;
  return [116 * xyz[1] - 16, 500 * (xyz[0] - xyz[1]), 200 * (xyz[1] - xyz[2])];
}

function apart(one: string, other: string, seen: number[]): number {
  const [a, b] = [lab(one, seen), lab(other, seen)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

describe.each(Object.entries(SEEN))("seen with %s", (_, seen) => {
  it("neighbouring classes can be told apart", () => {
    for (let count = 2; count <= 9; count += 1) {
      const ramp = colours(count);
      const least = count <= 7 ? 9 : 6;
      for (let at = 1; at < count; at += 1) expect(apart(ramp[at - 1] as string, ramp[at] as string, seen)).toBeGreaterThan(least);
    }
  });
  it("both sides of a diverging scale can be told apart, class by class", () => {
    const parted = colours(6, 3);
    for (let at = 1; at < 6; at += 1) expect(apart(parted[at - 1] as string, parted[at] as string, seen)).toBeGreaterThan(10);
    for (let at = 0; at < 3; at += 1) expect(apart(parted[at] as string, parted[5 - at] as string, seen)).toBeGreaterThan(10);
  });
  it("lines across a border and within, more and fewer can be told apart", () => {
    expect(apart(WITHIN, CROSSING, seen)).toBeGreaterThan(25);
    expect(apart(MORE, FEWER, seen)).toBeGreaterThan(25);
  });
});

it("a sequential scale stays in order in grey", () => {
  const lightness = colours(7).map((hex) => lab(hex, SEEN.normal as number[])[0]);
  expect([...lightness].sort((a, b) => b - a)).toEqual(lightness);
});
