import { beforeEach, describe, expect, it } from "vitest";
import { closeAccountMenu } from "./accountMenu";

function menu(): HTMLDetailsElement {
  const found = document.querySelector("details");
  if (!found) throw new Error("no menu");
  return found;
}

describe("closeAccountMenu", () => {
  beforeEach(() => {
    document.body.innerHTML =
      '<details data-account-menu open><summary>Konto</summary><a href="#">Abmelden</a></details><p>daneben</p>';
    closeAccountMenu(document);
  });

  it("closes by Escape and gives the focus back", () => {
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    expect(menu().open).toBe(false);
    expect(document.activeElement).toBe(document.querySelector("summary"));
  });

  it("closes by a press beside it and stays by one inside", () => {
    document.querySelector("a")?.click();
    expect(menu().open).toBe(true);
    document.querySelector("p")?.click();
    expect(menu().open).toBe(false);
  });

  it("leaves a page without account alone", () => {
    document.body.innerHTML = "<p></p>";
    expect(() => {
      closeAccountMenu(document);
    }).not.toThrow();
  });
});
