import { describe, expect, it } from "vitest";
import { classLabel, drawLegend } from "./legend";

const texts = { noValue: "kein Wert", below: "unter", above: "und mehr" };
const write = (value: number): string => value.toFixed(1);

describe("classLabel", () => {
  it("names open classes at both ends", () => {
    expect([0, 1, 2].map((index) => classLabel([10, 20], index, write, texts))).toEqual([
      "unter 10.0",
      "10.0 – 20.0",
      "20.0 und mehr",
    ]);
  });
});

describe("drawLegend", () => {
  it("has a row for each class and one for areas without a value", () => {
    const place = document.createElement("div");
    const values = {
      release: "r",
      indicator: { key: "k", name: "n", unit: "%", decimals: 1, diverging_at: null },
      areas: ["a", "b"],
      names: ["A", "B"],
      values: [1, null],
      lower: [1, null],
      upper: [1, null],
      status: ["measured", "unknown"],
      breaks: {},
    };
    drawLegend(place, values, { breaks: [10], colours: ["#111111", "#eeeeee"] }, "de", texts);
    expect([...place.querySelectorAll("li")].map((item) => item.textContent)).toEqual(["unter 10,0", "10,0 und mehr", "kein Wert"]);
    expect(place.querySelectorAll(".atlas-legend__patch--hatched")).toHaveLength(1);
  });
});
