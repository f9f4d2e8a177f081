import { describe, expect, it } from "vitest";
import { CROSSING, WITHIN } from "../flows/lines";
import { FEWER, MORE } from "../flows/palette";
import { classLabel, drawLegend, drawLineLegend, exampleFlows } from "./legend";

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

describe("drawLineLegend", () => {
  const words = {
    title: "Linien", within: "innerhalb", crossing: "über die Grenze", estimated: "geschätzt", masked: "gesperrt",
    more: "mehr", fewer: "weniger", persons: "Personen", surprising: false,
  };
  const line = { key: "a-b", name: "", from: [0, 0] as const, to: [1, 1] as const, said: "", dash: "solid" as const, arrow: true };
  const said = (place: HTMLElement): (string | null)[] => [...place.querySelectorAll("li")].map((item) => item.textContent);

  it("tells colours and widths of what is drawn, in place of the classes of an earlier view", () => {
    const place = document.createElement("div");
    place.textContent = "unter 10 %";
    drawLineLegend(place, [{ ...line, value: 1200, colour: WITHIN }, { ...line, value: 30, colour: CROSSING }], "de", words);
    expect(said(place)).toEqual(["innerhalb", "über die Grenze", "1.000 Personen", "100 Personen"]);
    expect(place.textContent).not.toContain("unter");
  });
  it("tells estimates and suppressed numbers by their dashes", () => {
    const place = document.createElement("div");
    drawLineLegend(place, [{ ...line, value: 5, colour: WITHIN, dash: "dashed" }, { ...line, value: 9, colour: WITHIN, dash: "dotted" }], "de", words);
    expect(said(place)).toEqual(["innerhalb", "geschätzt", "gesperrt", "9 Personen"]);
  });
  it("tells more and fewer than expected", () => {
    const place = document.createElement("div");
    drawLineLegend(place, [{ ...line, value: 5, colour: MORE }, { ...line, value: 9, colour: FEWER, dash: "dashed" }], "de", { ...words, surprising: true });
    expect(said(place)).toEqual(["mehr", "weniger"]);
  });
  it("is empty without lines", () => {
    const place = document.createElement("div");
    place.textContent = "unter 10 %";
    drawLineLegend(place, [], "de", words);
    expect(place.childNodes).toHaveLength(0);
  });
});
