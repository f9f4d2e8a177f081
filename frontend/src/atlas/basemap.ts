/** The background map that an operator may name: asked for only when the reader presses its button. */

import type { AtlasMap } from "./map";

/** Connects the button; `maps` gives the maps that stand at the time it is pressed. */
export function offerBasemap(root: Document, maps: () => AtlasMap[]): void {
  const place = root.getElementById("atlas-basemap");
  const button = place?.querySelector("button");
  const { url } = place?.dataset ?? {};
  if (!place || !button || !url) return;
  button.addEventListener("click", () => {
    const wanted = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(wanted));
    place.querySelector("span")?.toggleAttribute("hidden", !wanted);
    void import("./tiles").then(({ tiles }) => {
      for (const map of maps()) map.showBehind(wanted ? tiles(url) : null);
    });
  });
}
