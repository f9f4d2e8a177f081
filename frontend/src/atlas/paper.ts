/** Lets a map go to paper as it stands on the screen: whole, however narrow the paper is. */

import type OlMap from "ol/Map";

export function keepWholeOnPaper(map: OlMap, target: HTMLElement): void {
  let shown: number[] | null = null;
  let before: { center: number[] | undefined; resolution: number | undefined } | null = null;

  window.addEventListener("beforeprint", () => {
    const view = map.getView();
    shown = view.calculateExtent(map.getSize());
    before = { center: view.getCenter(), resolution: view.getResolution() };
    target.style.aspectRatio = `${target.clientWidth} / ${target.clientHeight}`;
    target.classList.add("is-printed");
  });
  // some browsers lay the page out anew and tell so, others print the picture that is there
  map.on("change:size", () => {
    if (!shown) return;
    map.getView().fit(shown);
    map.renderSync();
  });
  window.addEventListener("afterprint", () => {
    shown = null;
    target.style.aspectRatio = "";
    target.classList.remove("is-printed");
    map.updateSize();
    if (before?.center) map.getView().setCenter(before.center);
    map.getView().setResolution(before?.resolution);
  });
}
