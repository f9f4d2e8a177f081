import { describe, expect, it } from "vitest";
import { along, arc, arrowHead, distanceTo, lineStrength, lineWidth } from "./lines";

describe("lineWidth", () => {
  it("grows with the square root, so that ink grows with people", () => {
    expect(lineWidth(100, 400, 10)).toBeCloseTo(5);
    expect(lineWidth(400, 400, 10)).toBeCloseTo(10);
  });
  it("keeps the smallest line visible and draws nothing for nothing", () => {
    expect(lineWidth(1, 1_000_000)).toBe(0.75);
    expect(lineWidth(0, 100)).toBe(0);
    expect(lineWidth(5, 0)).toBe(0);
  });
});

describe("lineStrength", () => {
  it("grows with people and never reaches zero or one", () => {
    const strengths = [1, 10, 100, 1000].map((value) => lineStrength(value, 1000));
    expect([...strengths].sort((a, b) => a - b)).toEqual(strengths);
    expect(strengths[0]).toBeGreaterThan(0.12);
    expect(strengths[2]).toBeGreaterThan((strengths[3] ?? 1) / 2);
    expect(strengths[3]).toBeLessThanOrEqual(0.9);
    expect(lineStrength(0, 100)).toBe(0);
  });
});

describe("arc", () => {
  it("starts and ends at its places", () => {
    const line = arc([0, 0], [100, 0], 4);
    expect(along(line, 0)).toEqual([0, 0]);
    expect(along(line, 1)).toEqual([100, 0]);
  });
  it("bends to opposite sides there and back", () => {
    const there = along(arc([0, 0], [100, 0], 1), 0.5);
    const back = along(arc([100, 0], [0, 0], 1), 0.5);
    expect(there[1]).toBeCloseTo(-back[1]);
    expect(there[1]).not.toBeCloseTo(0);
  });
  it("is near to its own points and far from others", () => {
    const line = arc([0, 0], [100, 0], 1);
    expect(distanceTo(line, along(line, 0.5))).toBeLessThan(0.5);
    expect(distanceTo(line, [0, 300])).toBeGreaterThan(250);
  });
  it("has an arrow head that ends at the destination", () => {
    const [tip, left, right] = arrowHead(arc([0, 0], [100, 0], 4));
    expect(tip).toEqual([100, 0]);
    expect(Math.hypot(left[0] - right[0], left[1] - right[1])).toBeGreaterThan(4);
  });
});
