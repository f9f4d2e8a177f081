import { describe, expect, it } from "vitest";
import { classOf, colours, middleBorder } from "./classes";

describe("classOf", () => {
  it("puts a value on a border into the upper class", () => {
    expect([0, 9.99, 10, 15, 20, 99].map((value) => classOf(value, [10, 20]))).toEqual([0, 0, 1, 1, 2, 2]);
  });
  it("knows one class where there are no borders", () => {
    expect(classOf(5, [])).toBe(0);
  });
});

describe("colours", () => {
  it("gives as many different colours as there are classes", () => {
    for (let count = 1; count <= 9; count += 1) {
      expect(new Set(colours(count)).size).toBe(count);
    }
  });
  it("gives as many with a middle anywhere", () => {
    for (let count = 2; count <= 9; count += 1) {
      for (let middle = 1; middle < count; middle += 1) expect(new Set(colours(count, middle)).size).toBe(count);
    }
  });
  it("mixes neighbours where the ramp has too few", () => {
    expect(colours(9).slice(0, 3)).toEqual(["#e8f1f2", "#c5dee2", "#9ec9d0"]);
  });
  it("grows darker from class to class", () => {
    const lightness = colours(6).map((hex) => parseInt(hex.slice(1, 3), 16) + parseInt(hex.slice(3, 5), 16));
    expect([...lightness].sort((a, b) => b - a)).toEqual(lightness);
  });
  it("parts at the middle of a diverging indicator", () => {
    const parted = colours(6, 3);
    expect(parted).toHaveLength(6);
    expect(new Set(parted).size).toBe(6);
    expect(middleBorder([-20, -5, 0.5, 12, 30], 0)).toBe(3);
  });
});
