/** Drawing an outline on the map with one stroke of mouse, finger or pen. */

import Draw from "ol/interaction/Draw";
import type Polygon from "ol/geom/Polygon";
import type { AtlasMap } from "./map";

export class Outline {
  private readonly draw = new Draw({ type: "Polygon", freehand: true, stopClick: true });
  private on = false;

  /** `done` gets the municipalities whose centre lies inside; `left` is told when drawing ended without an outline. */
  constructor(
    private readonly map: AtlasMap,
    private readonly target: HTMLElement,
    done: (keys: string[]) => void,
    private readonly left: () => void,
  ) {
    this.draw.on("drawend", ({ feature }) => {
      const outline = feature.getGeometry() as Polygon;
      this.end();
      done(map.centredIn((at) => outline.intersectsCoordinate(at)));
    });
  }

  get drawing(): boolean {
    return this.on;
  }

  start(): void {
    if (this.on) return;
    this.on = true;
    this.map.map.addInteraction(this.draw);
    this.target.classList.add("is-drawing"); // one finger draws now, so it must not scroll the page
    document.addEventListener("keydown", this.escape);
  }

  /** Leave without an outline; what was begun is wiped away. */
  breakOff(): void {
    if (!this.on) return;
    this.draw.abortDrawing();
    this.end();
    this.left();
  }

  private readonly escape = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.breakOff();
  };

  private end(): void {
    this.on = false;
    this.target.classList.remove("is-drawing");
    document.removeEventListener("keydown", this.escape);
    this.map.map.removeInteraction(this.draw);
  }
}
