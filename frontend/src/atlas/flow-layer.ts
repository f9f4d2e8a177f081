/** Flows drawn straight onto a Canvas 2D: no WebGL; lines of like width, colour and dash share one stroke. */

import Layer from "ol/layer/Layer";
import type { FrameState } from "ol/Map";
import { type Arc, arc, arrowHead, distanceTo, lineStrength, lineWidth, type Point } from "../flows/lines";

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
const BUDGET = 16; // milliseconds of drawing in one frame

/** Where a picture was drawn for. */
interface Place {
  x: number;
  y: number;
  resolution: number;
  width: number;
  height: number;
  ratio: number;
}

interface Job {
  place: Place;
  transform: number[];
  next: number; // chunk
  drawn: Drawn[];
}

/**
 * While the map moves, the finished picture moves with it; at rest the lines are drawn anew on a second canvas, a few
 * milliseconds in each frame, and the pictures change places. So no frame waits for thousands of dashed lines.
 */
export class FlowLayer extends Layer {
  private lines: FlowLine[] = [];
  private chunks: FlowLine[][] = [];
  private drawn: Drawn[] = [];
  private largest = 0;
  private readonly holder = document.createElement("div");
  private front = document.createElement("canvas");
  private back = document.createElement("canvas");
  private shown: Place | null = null; // what the front picture was drawn for
  private job: Job | null = null;
  private waiting: (() => void)[] = [];

  constructor() {
    super({ zIndex: 30 });
    this.holder.className = "atlas-flows";
    this.holder.style.position = "absolute";
    this.holder.style.pointerEvents = "none";
    for (const canvas of [this.front, this.back]) {
      canvas.style.position = "absolute";
      canvas.style.transformOrigin = "0 0";
      this.holder.append(canvas);
    }
    this.back.hidden = true;
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
    this.shown = null;
    this.job = null;
    this.changed();
  }

  get count(): number {
    return this.lines.length;
  }

  /** Calls back when all lines stand as they should. */
  whenDrawn(listener: () => void): void {
    if (this.job || (this.lines.length > 0 && !this.shown)) this.waiting.push(listener);
    else listener();
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

  override render(frame: FrameState | null): HTMLElement {
    if (!frame) return this.holder;
    const { viewState, size, pixelRatio } = frame;
    const [x, y] = viewState.center as [number, number];
    const place = { x, y, resolution: viewState.resolution, width: size[0] as number, height: size[1] as number, ratio: pixelRatio };
    if (this.shown) this.front.style.transform = moved(this.shown, place);
    const moves = frame.viewHints.some((hint) => hint > 0);
    if (moves && this.shown) {
      this.job = null;
      return this.holder;
    }
    if (same(this.shown, place) || same(this.job?.place ?? null, place)) return this.holder;
    this.begin(place, frame.coordinateToPixelTransform);
    return this.holder;
  }

  private begin(place: Place, transform: number[]): void {
    const { width, height, ratio } = place;
    this.back.width = Math.round(width * ratio);
    this.back.height = Math.round(height * ratio);
    this.back.style.width = `${width}px`;
    this.back.style.height = `${height}px`;
    this.back.getContext("2d")?.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.job = { place, transform: [...transform], next: 0, drawn: [] };
    this.proceed(this.job);
  }

  private proceed(job: Job): void {
    if (job !== this.job) return; // the map has moved on
    const pen = this.back.getContext("2d");
    const until = performance.now() + BUDGET;
    while (pen && job.next < this.chunks.length && performance.now() < until) {
      const drawn = this.place(this.chunks[job.next] as FlowLine[], job);
      this.draw(pen, drawn);
      job.drawn.push(...drawn);
      job.next += 1;
    }
    if (job.next < this.chunks.length && pen) {
      requestAnimationFrame(() => {
        this.proceed(job);
      });
      return;
    }
    this.finish(job);
  }

  private finish(job: Job): void {
    [this.front, this.back] = [this.back, this.front];
    this.front.style.transform = "";
    this.front.hidden = false;
    this.back.hidden = true;
    this.shown = job.place;
    this.drawn = job.drawn;
    this.job = null;
    for (const listener of this.waiting.splice(0)) listener();
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
    pen.globalAlpha = 0.85;
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

function same(one: Place | null, other: Place): boolean {
  return (
    one !== null && one.x === other.x && one.y === other.y && one.resolution === other.resolution &&
    one.width === other.width && one.height === other.height && one.ratio === other.ratio
  );
}

/** How a picture must be moved and stretched to fit another place. */
function moved(drawn: Place, now: Place): string {
  const scale = drawn.resolution / now.resolution;
  const right = now.width / 2 + (drawn.x - now.x) / now.resolution - (drawn.width / 2) * scale;
  const down = now.height / 2 - (drawn.y - now.y) / now.resolution - (drawn.height / 2) * scale;
  return `matrix(${scale}, 0, 0, ${scale}, ${right}, ${down})`;
}

/** Whether a point lies near the box around an arc: far cheaper to ask than the distance. */
function nearBox({ from, control, to, width }: Arc, [x, y]: Point, reach: number): boolean {
  const slack = reach + width;
  return (
    x >= Math.min(from[0], control[0], to[0]) - slack && x <= Math.max(from[0], control[0], to[0]) + slack &&
    y >= Math.min(from[1], control[1], to[1]) - slack && y <= Math.max(from[1], control[1], to[1]) + slack
  );
}
