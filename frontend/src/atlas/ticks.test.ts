import { beforeEach, describe, expect, it } from "vitest";
import { agree, shorten, tick, ticked } from "./ticks";

function box(key: string, checked = false): string {
  return `<input type="checkbox" name="gebiete" value="${key}"${checked ? " checked" : ""}>`;
}

function member(key: string): HTMLInputElement {
  return document.querySelector(`input[value="${key}"]`) as HTMLInputElement;
}

function sent(form: HTMLFormElement): string[] {
  const data = new FormData(form);
  shorten(form, data);
  return data.getAll("gebiete").map(String);
}

describe("the list of municipalities", () => {
  let form: HTMLFormElement;

  beforeEach(() => {
    document.body.innerHTML = `<form>
      <fieldset><details><summary>A</summary>${box("91001")}${box("91001001")}${box("91001002")}</details></fieldset>
      <fieldset><details><summary>B</summary>${box("92002", true)}${box("92002001")}${box("92002002")}</details></fieldset>
    </form>`;
    form = document.querySelector("form") as HTMLFormElement;
  });

  it("counts the municipalities of a district that is ticked as a whole", () => {
    expect([...ticked(form)]).toEqual(["92002001", "92002002"]);
  });

  it("ticks exactly what it is given, a full district as a whole, and unfolds what is chosen", () => {
    tick(form, new Set(["91001001", "91001002", "92002002"]));
    expect(member("91001").checked).toBe(true);
    expect(member("92002").checked).toBe(false);
    expect([...ticked(form)]).toEqual(["91001001", "91001002", "92002002"]);
    expect([...form.querySelectorAll("details")].map(({ open }) => open)).toEqual([true, true]);
    tick(form, new Set());
    expect(ticked(form).size).toBe(0);
  });

  it("lets the box of a district and those of its municipalities agree", () => {
    member("91001").checked = true;
    agree(form, member("91001"));
    expect(member("91001001").checked).toBe(true);
    member("91001002").checked = false;
    agree(form, member("91001002"));
    expect(member("91001").checked).toBe(false);
    expect(member("91001001").checked).toBe(true);
    member("91001002").checked = true;
    agree(form, member("91001002"));
    expect(member("91001").checked).toBe(true);
  });

  it("sends a whole district by its own key, and nothing when nothing is chosen", () => {
    tick(form, new Set(["91001001", "91001002", "92002002"]));
    expect(sent(form)).toEqual(["91001,92002002"]);
    tick(form, new Set());
    expect(sent(form)).toEqual([]);
  });
});
