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

export class FlowLayer extends Layer {
  private lines: FlowLine[] = [];
  private batches: FlowLine[][] = [];
  private drawn: Drawn[] = [];
  private largest = 0;
  private readonly canvas = document.createElement("canvas");
  /** Milliseconds that the last frame took, for whoever measures. */
  lastFrame = 0;

  constructor() {
    super({ zIndex: 30 });
    this.canvas.className = "atlas-flow-canvas";
    this.canvas.style.position = "absolute";
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
    this.batches = [...batches.values()];
    this.changed();
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

  override render(frame: FrameState | null): HTMLElement {
    if (!frame) return this.canvas;
    const began = performance.now();
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
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.drawn = [];
    for (const batch of this.batches) this.draw(pen, this.place(batch, frame, width, height));
    this.lastFrame = performance.now() - began;
    return this.canvas;
  }

  private place(batch: FlowLine[], frame: FrameState, width: number, height: number): Drawn[] {
    const [a, b, c, d, e, f] = frame.coordinateToPixelTransform as [number, number, number, number, number, number];
    const project = ([x, y]: Point): Point => [a * x + c * y + e, b * x + d * y + f];
    const margin = 400; // a line may pass through the picture though both ends lie outside of it
    const inside = ([x, y]: Point): boolean => x > -margin && y > -margin && x < width + margin && y < height + margin;
    const drawn: Drawn[] = [];
    for (const line of batch) {
      const from = project(line.from);
      const to = project(line.to);
      if (inside(from) || inside(to)) drawn.push({ line, arc: arc(from, to, lineWidth(line.value, this.largest)) });
    }
    this.drawn.push(...drawn);
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

/** Whether a point lies near the box around an arc: far cheaper to ask than the distance. */
function nearBox({ from, control, to, width }: Arc, [x, y]: Point, reach: number): boolean {
  const slack = reach + width;
  return (
    x >= Math.min(from[0], control[0], to[0]) - slack && x <= Math.max(from[0], control[0], to[0]) + slack &&
    y >= Math.min(from[1], control[1], to[1]) - slack && y <= Math.max(from[1], control[1], to[1]) + slack
  );
}
