import { describe, expect, it } from "vitest";
import { boxOf, inside, unpack } from "./packed";

describe("unpack", () => {
  it("adds the steps up across rings and projects them", () => {
    const [first, second] = unpack({ sizes: [2, 1], steps: [9000, 51000, 500, 0, 500, -1000] }, 1000) as [Float64Array, Float64Array];
    expect([...first].map(Math.round)).toEqual([1001875, 6621294, 1057535, 6621294]);
    expect(Math.round(second[0] as number)).toBe(Math.round((10 / 180) * 20037508.342789244));
    expect(second[1] as number).toBeLessThan(first[1] as number);
  });
});

describe("inside", () => {
  const ring = new Float64Array([0, 0, 10, 0, 10, 10, 0, 10]);
  const hole = new Float64Array([4, 4, 6, 4, 6, 6, 4, 6]);
  it("knows inside, outside and holes", () => {
    expect(inside([ring], 5, 5)).toBe(true);
    expect(inside([ring], 15, 5)).toBe(false);
    expect(inside([ring, hole], 5, 5)).toBe(false);
  });
  it("has a box around all rings", () => {
    expect(boxOf([ring, new Float64Array([-3, 2])])).toEqual([-3, 0, 10, 10]);
  });
});
