/** Flows drawn straight onto a Canvas 2D: no WebGL; lines of like width, colour and dash share one stroke. */

import { type Arc, arc, arrowHead, distanceTo, lineStrength, lineWidth, type Point } from "../flows/lines";
import { type Job, PictureLayer } from "./picture-layer";

/** How sure a line is: counted, estimated (dashed), known within bounds only (dotted). */
export type Dash = "solid" | "dashed" | "dotted";

export interface FlowLine {
  key: string; // the partner, or the pair, that the line speaks of
  name: string;
  from: Point; // map coordinates
  to: Point;
  value: number; // what the width shows
  said: string; // the value in words
  colour: string;
  dash: Dash;
  arrow: boolean;
}

interface Drawn {
  line: FlowLine;
  arc: Arc;
}

const STEPS = 20; // of width and strength
const MANY = 1500; // from here on the thinnest lines go without heads
const THIN = 1.2; // pixels
const CHUNK = 120; // lines of one stroke

/** Thousands of lines, a chunk of like ones in each step. */
export class FlowLayer extends PictureLayer {
  private lines: FlowLine[] = [];
  private chunks: FlowLine[][] = [];
  private drawn: Drawn[] = []; // what the reader sees and may point at
  private drawing: Drawn[] = [];
  private largest = 0;

  constructor() {
    super(30);
  }

  setLines(lines: FlowLine[]): void {
    this.lines = [...lines].sort((a, b) => b.value - a.value);
    this.largest = this.lines[0]?.value ?? 0;
    const batches = new Map<string, FlowLine[]>();
    for (const line of this.lines) {
      const kind = `${line.colour}|${line.dash}|${this.step(line.value)}`;
      const batch = batches.get(kind);
      if (batch) batch.push(line);
      else batches.set(kind, [line]);
    }
    this.chunks = [...batches.values()].flatMap(chunked);
    this.renew();
  }

  get count(): number {
    return this.lines.length;
  }

  private step(value: number): number {
    return this.largest > 0 ? Math.ceil(STEPS * Math.sqrt(Math.min(1, value / this.largest))) : 0;
  }

  /** The flow under a pixel of the map, or null. */
  at(pixel: Point, reach = 6): FlowLine | null {
    let best: Drawn | null = null;
    let nearest = Infinity;
    for (const candidate of this.drawn) {
      if (!nearBox(candidate.arc, pixel, reach)) continue;
      const distance = distanceTo(candidate.arc, pixel) - candidate.arc.width / 2;
      if (distance < nearest) [best, nearest] = [candidate, distance];
    }
    return nearest <= reach ? (best?.line ?? null) : null;
  }

  protected override get steps(): number {
    return this.chunks.length;
  }

  protected override begun(): void {
    this.drawing = [];
  }

  protected override finished(): void {
    this.drawn = this.drawing;
  }

  protected override drawStep(pen: CanvasRenderingContext2D, step: number, job: Job): void {
    const drawn = this.place(this.chunks[step] ?? [], job);
    this.draw(pen, drawn);
    for (const each of drawn) this.drawing.push(each);
  }

  private place(chunk: FlowLine[], { transform, place: { width, height } }: Job): Drawn[] {
    const [a, b, c, d, e, f] = transform as [number, number, number, number, number, number];
    const project = ([x, y]: Point): Point => [a * x + c * y + e, b * x + d * y + f];
    const margin = 400; // a line may pass through the picture though both ends lie outside of it
    const inside = ([x, y]: Point): boolean => x > -margin && y > -margin && x < width + margin && y < height + margin;
    const drawn: Drawn[] = [];
    for (const line of chunk) {
      const from = project(line.from);
      const to = project(line.to);
      if (inside(from) || inside(to)) drawn.push({ line, arc: arc(from, to, lineWidth(line.value, this.largest)) });
    }
    return drawn;
  }

  private draw(pen: CanvasRenderingContext2D, drawn: Drawn[]): void {
    const first = drawn[0];
    if (!first) return;
    const { colour, dash, value } = first.line;
    const width = first.arc.width;
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineCap = dash === "dotted" ? "round" : "butt";
    pen.lineWidth = width;
    pen.globalAlpha = dash === "dotted" ? 0.9 : lineStrength(value, this.largest);
    pen.setLineDash(dash === "solid" ? [] : dash === "dashed" ? [width + 4, width + 3] : [0.1, width + 4]);
    pen.beginPath();
    for (const { arc: way } of drawn) {
      pen.moveTo(way.from[0], way.from[1]);
      pen.quadraticCurveTo(way.control[0], way.control[1], way.to[0], way.to[1]);
    }
    pen.stroke();
    pen.setLineDash([]);
    if (!first.line.arrow || (this.lines.length > MANY && width < THIN)) return;
    pen.globalAlpha = Math.min(0.85, 1.6 * lineStrength(value, this.largest)); // a head never outshines its line by far
    pen.beginPath();
    for (const { arc: way } of drawn) {
      const [tip, left, right] = arrowHead(way);
      pen.moveTo(...tip);
      pen.lineTo(...left);
      pen.lineTo(...right);
      pen.closePath();
    }
    pen.fill();
    pen.globalAlpha = 1;
  }
}

function chunked(lines: FlowLine[]): FlowLine[][] {
  const chunks: FlowLine[][] = [];
  for (let at = 0; at < lines.length; at += CHUNK) chunks.push(lines.slice(at, at + CHUNK));
  return chunks;
}

/** Whether a point lies near the box around an arc: far cheaper to ask than the distance. */
function nearBox({ from, control, to, width }: Arc, [x, y]: Point, reach: number): boolean {
  const slack = reach + width;
  return (
    x >= Math.min(from[0], control[0], to[0]) - slack && x <= Math.max(from[0], control[0], to[0]) + slack &&
    y >= Math.min(from[1], control[1], to[1]) - slack && y <= Math.max(from[1], control[1], to[1]) + slack
  );
}
