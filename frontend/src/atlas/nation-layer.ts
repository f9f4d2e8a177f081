/** Thousands of areas on a Canvas 2D: one path for each class, made once and moved with the map. */

import Layer from "ol/layer/Layer";
import type { FrameState } from "ol/Map";
import { boxOf, inside, type PackedRings, unpack } from "../flows/packed";
import { hatching } from "./hatching";

export interface NationShapes {
  release: string;
  scale: number;
  areas: string[];
  names: string[];
  rings: number[];
  shapes: PackedRings;
  states: PackedRings;
}

interface Area {
  key: string;
  name: string;
  rings: Float64Array[];
  box: [number, number, number, number];
}

export class NationLayer extends Layer {
  private areas: Area[] = [];
  private states = new Path2D();
  private paths: [string | null, Path2D][] = [];
  private marked: Path2D | null = null;
  private readonly canvas = document.createElement("canvas");
  private borders = true;

  constructor() {
    super({ zIndex: 8 });
    this.canvas.style.position = "absolute";
  }

  setShapes(shapes: NationShapes): void {
    const rings = unpack(shapes.shapes, shapes.scale);
    let at = 0;
    this.areas = shapes.areas.map((key, index) => {
      const own = rings.slice(at, (at += shapes.rings[index] ?? 0));
      return { key, name: shapes.names[index] ?? key, rings: own, box: boxOf(own) };
    });
    this.states = pathOf(unpack(shapes.states, shapes.scale));
  }

  /** Colour the areas; those of one colour share one path. */
  paint(colourOf: (key: string) => string | null): void {
    const paths = new Map<string | null, Path2D>();
    for (const area of this.areas) {
      const colour = colourOf(area.key);
      let path = paths.get(colour);
      if (!path) paths.set(colour, (path = new Path2D()));
      trace(path, area.rings);
    }
    this.paths = [...paths];
    this.changed();
  }

  mark(keys: ReadonlySet<string> | null): void {
    this.marked = keys && keys.size > 0 ? new Path2D() : null;
    if (this.marked && keys) for (const area of this.areas) if (keys.has(area.key)) trace(this.marked, area.rings);
    this.changed();
  }

  showBorders(visible: boolean): void {
    this.borders = visible;
    this.changed();
  }

  clear(): void {
    this.areas = [];
    this.paths = [];
    this.states = new Path2D();
    this.marked = null;
    this.changed();
  }

  get extent(): [number, number, number, number] | null {
    if (this.areas.length === 0) return null;
    const boxes = this.areas.map(({ box }) => box);
    return [
      Math.min(...boxes.map((box) => box[0])), Math.min(...boxes.map((box) => box[1])),
      Math.max(...boxes.map((box) => box[2])), Math.max(...boxes.map((box) => box[3])),
    ];
  }

  at([x, y]: [number, number]): { key: string; name: string } | null {
    const found = this.areas.find(({ box, rings }) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3] && inside(rings, x, y));
    return found ? { key: found.key, name: found.name } : null;
  }

  override render(frame: FrameState | null): HTMLElement {
    if (!frame) return this.canvas;
    const [width, height] = frame.size as [number, number];
    const ratio = frame.pixelRatio;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    const pen = this.canvas.getContext("2d");
    if (!pen) return this.canvas;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const [a, b, c, d, e, f] = frame.coordinateToPixelTransform as [number, number, number, number, number, number];
    pen.setTransform(a * ratio, b * ratio, c * ratio, d * ratio, e * ratio, f * ratio);
    const metre = frame.viewState.resolution;
    const still = new DOMMatrix([a * ratio, b * ratio, c * ratio, d * ratio, e * ratio, f * ratio]).inverse();
    for (const [colour, path] of this.paths) {
      const fill = colour ?? hatching();
      if (typeof fill !== "string") fill.setTransform(still); // else the pattern would grow and shrink with the map
      pen.fillStyle = fill;
      pen.fill(path, "evenodd");
    }
    if (this.borders) {
      pen.strokeStyle = "#1d1d1b";
      pen.lineWidth = 1.2 * metre;
      pen.stroke(this.states);
    }
    if (this.marked) {
      pen.strokeStyle = "#b30000";
      pen.lineWidth = 2 * metre;
      pen.stroke(this.marked);
    }
    return this.canvas;
  }
}

function trace(path: Path2D, rings: readonly Float64Array[]): void {
  for (const ring of rings) {
    if (ring.length < 6) continue;
    path.moveTo(ring[0] as number, ring[1] as number);
    for (let at = 2; at < ring.length; at += 2) path.lineTo(ring[at] as number, ring[at + 1] as number);
    path.closePath();
  }
}

function pathOf(rings: readonly Float64Array[]): Path2D {
  const path = new Path2D();
  trace(path, rings);
  return path;
}
