import { describe, expect, it } from "vitest";
import { classLabel, drawFlowLegend, drawLegend, exampleFlows } from "./legend";

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

describe("exampleFlows", () => {
  it("gives round numbers that occur", () => {
    expect(exampleFlows(55290)).toEqual([50000, 5000]);
    expect(exampleFlows(7)).toEqual([7]);
    expect(exampleFlows(0)).toEqual([]);
  });
});

describe("drawFlowLegend", () => {
  const words = { title: "Linien", within: "innerhalb", crossing: "über die Grenze", estimated: "geschätzt", persons: "Personen" };
  const flow = { name: "", x: 1, y: 1, lower: null, upper: null, status: "measured" };
  const flows = {
    release: "r",
    area: "06611",
    name: "Kassel",
    x: 9,
    y: 51,
    direction: "out" as const,
    estimated: false,
    rows: [
      { ...flow, area: "06633", value: 1200, crosses: false },
      { ...flow, area: "03159", value: 30, crosses: true },
    ],
  };
  it("tells colours and widths of what is drawn, in place of the classes of an earlier view", () => {
    const place = document.createElement("div");
    place.textContent = "unter 10 %";
    drawFlowLegend(place, flows, "de", words);
    expect([...place.querySelectorAll("li")].map((item) => item.textContent)).toEqual([
      "innerhalb",
      "über die Grenze",
      "1.000 Personen",
      "100 Personen",
    ]);
    expect(place.textContent).not.toContain("unter");
  });
  it("is empty without lines", () => {
    const place = document.createElement("div");
    place.textContent = "unter 10 %";
    drawFlowLegend(place, { ...flows, rows: [] }, "de", words);
    expect(place.childNodes).toHaveLength(0);
  });
});
