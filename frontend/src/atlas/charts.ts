/**
 * Joins the drawn charts of the page (`#atlas-charts`, made by the server) with the maps: what is pointed out or brushed
 * in one is marked in all. Bars and points carry `data-areas`, keys with commas; bars
 * with `data-press` become buttons.
 */

import type { Drawing } from "./drawing";

/** Keys of the points inside a box; a box of no size catches none. */
export function pointsInside(points: readonly { key: string; x: number; y: number }[], box: [number, number, number, number]): string[] {
  const [left, top, right, bottom] = [Math.min(box[0], box[2]), Math.min(box[1], box[3]), Math.max(box[0], box[2]), Math.max(box[1], box[3])];
  return points.filter(({ x, y }) => x >= left && x <= right && y >= top && y <= bottom).map(({ key }) => key);
}

export class Charts {
  private held: ReadonlySet<string> | null = null; // brushed or clicked: stays until another choice

  constructor(private readonly drawings: () => Drawing[]) {
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.held) this.hold(null);
    });
  }

  /** Listen to the charts as they stand; called after each change of the page. */
  connect(): void {
    this.held = null;
    const root = document.getElementById("atlas-charts");
    for (const drawing of this.drawings()) drawing.map.mark(null);
    if (!root) return;
    for (const part of root.querySelectorAll<SVGElement>("[data-areas]")) {
      const keys = new Set((part.dataset.areas ?? "").split(",").filter(Boolean));
      part.addEventListener("pointerenter", () => {
        this.show(keys);
      });
      part.addEventListener("pointerleave", () => {
        this.show(this.held);
      });
      if (!("press" in part.dataset)) continue;
      part.setAttribute("role", "button"); // only with script there is something to press
      part.setAttribute("tabindex", "0");
      part.setAttribute("aria-pressed", "false");
      const toggle = (): void => {
        this.hold(this.held && [...keys].every((key) => this.held?.has(key)) && this.held.size === keys.size ? null : keys);
      };
      part.addEventListener("click", toggle);
      part.addEventListener("focus", () => {
        this.show(keys);
      });
      part.addEventListener("blur", () => {
        this.show(this.held);
      });
      part.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        toggle();
      });
    }
    for (const plot of root.querySelectorAll<SVGSVGElement>("svg[data-brush]")) this.brush(plot);
  }

  private hold(keys: ReadonlySet<string> | null): void {
    this.held = keys;
    this.show(keys);
    for (const part of document.querySelectorAll<SVGElement>("#atlas-charts [role=button]")) {
      const own = (part.dataset.areas ?? "").split(",").filter(Boolean);
      part.setAttribute("aria-pressed", String(keys !== null && own.length > 0 && own.every((key) => keys.has(key))));
    }
  }

  private show(keys: ReadonlySet<string> | null): void {
    for (const drawing of this.drawings()) drawing.map.mark(keys);
    for (const part of document.querySelectorAll<SVGElement>("#atlas-charts [data-areas]")) {
      const own = (part.dataset.areas ?? "").split(",");
      part.classList.toggle("is-marked", keys !== null && own.some((key) => keys.has(key)));
    }
  }

  /** Drag a box over the points of a scatter plot. */
  private brush(plot: SVGSVGElement): void {
    let start: [number, number] | null = null;
    const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    box.setAttribute("class", "atlas-brush");
    box.setAttribute("visibility", "hidden");
    plot.append(box);
    const at = (event: PointerEvent): [number, number] => {
      const place = plot.getBoundingClientRect();
      const view = plot.viewBox.baseVal;
      return [((event.clientX - place.left) / place.width) * view.width, ((event.clientY - place.top) / place.height) * view.height];
    };
    plot.addEventListener("pointerdown", (event) => {
      start = at(event);
      plot.setPointerCapture(event.pointerId);
    });
    plot.addEventListener("pointermove", (event) => {
      if (!start) return;
      const [x, y] = at(event);
      box.setAttribute("x", String(Math.min(start[0], x)));
      box.setAttribute("y", String(Math.min(start[1], y)));
      box.setAttribute("width", String(Math.abs(x - start[0])));
      box.setAttribute("height", String(Math.abs(y - start[1])));
      box.setAttribute("visibility", "visible");
    });
    plot.addEventListener("pointerup", (event) => {
      if (!start) return;
      const [x, y] = at(event);
      const points = [...plot.querySelectorAll<SVGCircleElement>("circle[data-areas]")].map((point) => ({
        key: point.dataset.areas ?? "", x: point.cx.baseVal.value, y: point.cy.baseVal.value,
      }));
      const caught = pointsInside(points, [start[0], start[1], x, y]);
      start = null;
      box.setAttribute("visibility", "hidden");
      this.hold(caught.length > 0 ? new Set(caught) : null);
    });
  }
}
