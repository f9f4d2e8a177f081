/** Thousands of areas on a Canvas 2D: paths of areas of one class, made once; the finished picture moves with the map. */

import { boxOf, inside, type PackedRings, unpack } from "../flows/packed";
import { hatching } from "./hatching";
import { type Job, PictureLayer } from "./picture-layer";

const CHUNK = 600; // areas of one path: what a processor fills in a few milliseconds

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

/** A path with the colour that fills it, null for hatching; or with the colour and width in pixels of its line. */
interface Part {
  path: Path2D;
  fill?: string | null;
  line?: [string, number];
}

export class NationLayer extends PictureLayer {
  private areas: Area[] = [];
  private states = new Path2D();
  private fills: Part[] = [];
  private marked: Path2D | null = null;
  private borders = true;
  protected override readonly stepsOfFrame = 2;

  constructor() {
    super(8);
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

  /** Colour the areas; those of one colour share paths. */
  paint(colourOf: (key: string) => string | null): void {
    const open = new Map<string | null, { path: Path2D; count: number }>();
    this.fills = [];
    for (const area of this.areas) {
      const fill = colourOf(area.key);
      let part = open.get(fill);
      if (!part || part.count >= CHUNK) {
        part = { path: new Path2D(), count: 0 };
        open.set(fill, part);
        this.fills.push({ path: part.path, fill });
      }
      trace(part.path, area.rings);
      part.count += 1;
    }
    this.renew();
  }

  mark(keys: ReadonlySet<string> | null): void {
    this.marked = keys && keys.size > 0 ? new Path2D() : null;
    if (this.marked && keys) for (const area of this.areas) if (keys.has(area.key)) trace(this.marked, area.rings);
    this.renew();
  }

  showBorders(visible: boolean): void {
    if (this.borders === visible) return;
    this.borders = visible;
    this.renew();
  }

  clear(): void {
    this.areas = [];
    this.fills = [];
    this.states = new Path2D();
    this.marked = null;
    this.renew();
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

  private get lines(): Part[] {
    const lines: Part[] = this.borders && this.areas.length > 0 ? [{ path: this.states, line: ["#1d1d1b", 1.2] }] : [];
    if (this.marked) lines.push({ path: this.marked, line: ["#b30000", 2] });
    return lines;
  }

  protected override get steps(): number {
    return this.fills.length + this.lines.length;
  }

  protected override drawStep(pen: CanvasRenderingContext2D, step: number, { place, transform }: Job): void {
    const part = this.fills[step] ?? this.lines[step - this.fills.length];
    if (!part) return;
    const [a, b, c, d, e, f] = transform as [number, number, number, number, number, number];
    pen.transform(a, b, c, d, e, f);
    if (part.line) {
      [pen.strokeStyle] = part.line;
      pen.lineWidth = part.line[1] * place.resolution;
      pen.stroke(part.path);
      return;
    }
    const fill = part.fill ?? hatching();
    if (typeof fill !== "string") fill.setTransform(pen.getTransform().inverse()); // else it would grow with the map
    pen.fillStyle = fill;
    pen.fill(part.path, "evenodd");
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
