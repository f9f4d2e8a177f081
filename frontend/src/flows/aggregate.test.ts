import { describe, expect, it } from "vitest";
import { byDistrict } from "./aggregate";

const places = {
  keys: ["06611000", "06633001", "06633002", "03159"],
  names: ["Kassel", "A", "B", "Göttingen"],
  states: ["06", "06", "06", "03"],
  x: [9, 10, 12, 9.9],
  y: [51, 52, 54, 51.5],
};

describe("byDistrict", () => {
  it("sums pairs of municipalities, drops those within a district and keeps doubts", () => {
    const pairs = {
      origin: [1, 2, 1, 0, 3],
      destination: [0, 0, 2, 3, 0],
      value: [100, 20, 7, 50, null],
      lower: [90, 10, 7, 50, 0],
      upper: [110, 30, 7, 50, 9],
      status: ["estimated", "rounded", "measured", "measured", "masked"],
      crosses: [false, false, false, true, true],
    };
    const summed = byDistrict({ places, pairs });
    const rows = summed.pairs.origin.map((from, index) => [
      summed.places.keys[from],
      summed.places.keys[summed.pairs.destination[index] as number],
      summed.pairs.value[index],
      summed.pairs.lower[index],
      summed.pairs.upper[index],
      summed.pairs.status[index],
      summed.pairs.crosses[index],
    ]);
    expect(rows).toEqual([
      ["06633", "06611", 120, 100, 140, "estimated", false],
      ["06611", "03159", 50, 50, 50, "measured", true],
      ["03159", "06611", null, 0, 9, "masked", true],
    ]);
    expect(summed.places.x[summed.places.keys.indexOf("06633")]).toBe(11);
    expect(summed.places.names[summed.places.keys.indexOf("03159")]).toBe("Göttingen");
  });
});
