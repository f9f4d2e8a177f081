import { beforeEach, describe, expect, it } from "vitest";
import { keepScenarios, readKept, writeKept } from "./kept";
import { stateOf } from "./state";

const KEY = "raumwerk-scenarios-mitte";

beforeEach(() => {
  localStorage.clear();
  document.body.innerHTML =
    '<a id="plan-link" href="/mitte/atlas/szenarien/?telework_share=30&release=1"></a>' +
    '<div id="kept-scenarios" data-region="mitte" data-text-name="Name" data-text-keep="Keep" data-text-remove="Remove" data-text-kept="Kept." data-text-fault="Not kept."></div>';
});

describe("scenarios kept in the browser", () => {
  it("keeps the pinned address under a name, replaces the same name, and removes it", () => {
    keepScenarios(document);
    const form = document.querySelector(".plan-keep") as HTMLFormElement;
    const field = document.getElementById("keep-name") as HTMLInputElement;
    for (let turn = 0; turn < 2; turn++) {
      field.value = " Homeoffice ";
      form.dispatchEvent(new Event("submit", { cancelable: true }));
    }
    expect(readKept(localStorage, KEY)).toEqual([{ name: "Homeoffice", query: "?telework_share=30&release=1" }]);
    expect(document.querySelector('[role="status"]')?.textContent).toBe("Kept.");
    expect(document.querySelector("li a")?.textContent).toBe("Homeoffice");
    expect((document.querySelector('input[name="s"]') as HTMLInputElement).value).toBe("telework_share=30&release=1&name=Homeoffice");
    (document.querySelector(".plan-remove") as HTMLButtonElement).click();
    expect(readKept(localStorage, KEY)).toEqual([]);
    expect(document.querySelectorAll("li")).toHaveLength(0);
  });

  it("reads nothing from what it did not write", () => {
    for (const text of ["", "{", "5", '[{"name":1}]', "null"]) {
      localStorage.setItem(KEY, text);
      expect(readKept(localStorage, KEY)).toEqual([]);
    }
  });

  it("says so when the browser keeps nothing", () => {
    const full = { setItem: () => { throw new Error("full"); } } as unknown as Storage;
    expect(writeKept(full, KEY, [])).toBe(false);
  });
});

describe("state of the form", () => {
  it("joins several values and leaves out empty ones", () => {
    const fields = new FormData();
    for (const [name, value] of [["hubs", "a"], ["hubs", "b"], ["jobs_area", ""], ["x", "1"]] as const) fields.append(name, value);
    expect(stateOf(fields).toString()).toBe("hubs=a%2Cb&x=1");
  });
});
