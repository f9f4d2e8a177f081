import { describe, expect, it } from "vitest";
import { chooseArea } from "./areas";
import { pointsInside } from "./charts";
import { nearestStep } from "./sliders";

describe("pointsInside", () => {
  const points = [{ key: "a", x: 1, y: 1 }, { key: "b", x: 5, y: 5 }];
  it("catches what lies in the box, whichever corner it began at", () => {
    expect(pointsInside(points, [6, 6, 2, 2])).toEqual(["b"]);
    expect(pointsInside(points, [0, 0, 9, 9])).toEqual(["a", "b"]);
    expect(pointsInside(points, [2, 2, 2, 2])).toEqual([]);
  });
});

describe("nearestStep", () => {
  it("finds the position of the nearest step", () => {
    expect(nearestStep([0, 1, 2, 5, 10], 4)).toBe(3);
    expect(nearestStep([0, 10], -5)).toBe(0);
  });
});

describe("chooseArea", () => {
  function form(several = false): HTMLFormElement {
    document.body.innerHTML = `<form><div id="atlas-controls">
      <input type="checkbox" name="area" value="06611"><input type="checkbox" name="area" value="06633">
      <input type="checkbox" name="several" value="yes" ${several ? "checked" : ""}></div></form>`;
    return document.querySelector("form") as HTMLFormElement;
  }
  const chosen = (of: HTMLFormElement): unknown[] => new FormData(of).getAll("area");

  it("replaces the choice, and takes it back on a second click", () => {
    const one = form();
    chooseArea(one, "06611", false, true);
    chooseArea(one, "06633", false, true);
    expect(chosen(one)).toEqual(["06633"]);
    chooseArea(one, "06633", false, true);
    expect(chosen(one)).toEqual([]);
  });
  it("adds with the shift key or where several are wanted", () => {
    const one = form();
    chooseArea(one, "06611", false, true);
    chooseArea(one, "06633", true, true);
    expect(chosen(one)).toEqual(["06611", "06633"]);
    const other = form(true);
    chooseArea(other, "06611", false, true);
    chooseArea(other, "06633", false, true);
    chooseArea(other, "06611", false, true);
    expect(chosen(other)).toEqual(["06633"]);
  });
  it("takes a district from elsewhere that has no box", () => {
    const one = form();
    expect(chooseArea(one, "03241", false, false)).toBe(true);
    expect(chosen(one)).toEqual(["03241"]);
  });
  it("leaves a plain field alone when an area of the surroundings is clicked", () => {
    document.body.innerHTML = `<form><input type="hidden" name="area" value=""></form>`;
    const plain = document.querySelector("form") as HTMLFormElement;
    expect(chooseArea(plain, "03241", false, false)).toBe(false);
    expect(chooseArea(plain, "06611", false, true)).toBe(true);
    expect(chosen(plain)).toEqual(["06611"]);
  });
});
