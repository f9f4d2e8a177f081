import { beforeEach, describe, expect, it } from "vitest";
import { foldMenu } from "./menu";

const PAGE = `
  <button data-menu-button hidden aria-controls="menu" aria-expanded="false">Menu</button>
  <ul id="menu"><li><a href="/mitte/">Start</a></li></ul>`;

describe("foldMenu", () => {
  beforeEach(() => {
    document.body.innerHTML = PAGE;
  });

  const button = (): HTMLButtonElement => document.querySelector("button") as HTMLButtonElement;
  const menu = (): HTMLElement => document.getElementById("menu") as HTMLElement;

  it("shows the button and folds the menu", () => {
    foldMenu(document);
    expect(button().hidden).toBe(false);
    expect(menu().dataset.folded).toBe("true");
    expect(button().getAttribute("aria-expanded")).toBe("false");
  });

  it("opens and closes by the button", () => {
    foldMenu(document);
    button().click();
    expect(menu().dataset.folded).toBe("false");
    expect(button().getAttribute("aria-expanded")).toBe("true");
    button().click();
    expect(menu().dataset.folded).toBe("true");
  });

  it("closes by Escape and returns the focus", () => {
    foldMenu(document);
    button().click();
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    expect(menu().dataset.folded).toBe("true");
    expect(document.activeElement).toBe(button());
  });

  it("leaves a page without menu alone", () => {
    document.body.innerHTML = "<p>no menu</p>";
    expect(() => {
      foldMenu(document);
    }).not.toThrow();
    expect(document.body.innerHTML).toBe("<p>no menu</p>");
  });
});
