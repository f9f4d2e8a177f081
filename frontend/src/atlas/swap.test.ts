import { describe, expect, it } from "vitest";
import { swapParts } from "./swap";

function page(html: string): Document {
  return new DOMParser().parseFromString(`<title>neu</title>${html}`, "text/html");
}

describe("swapParts", () => {
  it("replaces marked parts, takes over the map's attributes and keeps the focus", () => {
    document.body.innerHTML = `
      <div id="atlas-map" data-values="/alt" data-area="06611"></div>
      <div id="results" data-swap><button id="sort">alt</button></div><p id="other">bleibt</p>`;
    const map = document.getElementById("atlas-map") as HTMLElement;
    document.getElementById("sort")?.focus();
    swapParts(page(`<div id="atlas-map" data-values="/neu"></div><div id="results" data-swap><button id="sort">neu</button></div><p id="other">x</p>`), map);
    expect(document.getElementById("results")?.textContent).toBe("neu");
    expect(document.getElementById("other")?.textContent).toBe("bleibt");
    expect(map.dataset.values).toBe("/neu");
    expect(map.dataset.area).toBeUndefined();
    expect(document.activeElement?.id).toBe("sort");
    expect(document.title).toBe("neu");
  });
});
