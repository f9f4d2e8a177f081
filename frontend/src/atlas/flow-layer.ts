/** Commuter flows drawn straight onto a Canvas 2D: no WebGL, batched by colour, thick lines first. */

import Layer from "ol/layer/Layer";
import type { FrameState } from "ol/Map";
import { apply } from "ol/transform";
import { type Arc, arc, arrowHead, CROSSING, distanceTo, lineStrength, lineWidth, type Point, WITHIN } from "../flows/lines";

export interface FlowLine {
  key: string;
  from: Point; // map coordinates
  to: Point;
  value: number;
  crosses: boolean;
  sure: boolean; // false: an estimate, drawn dashed
}

interface Drawn {
  line: FlowLine;
  arc: Arc;
}

export class FlowLayer extends Layer {
  private lines: FlowLine[] = [];
  private drawn: Drawn[] = [];
  private largest = 0;
  private readonly canvas = document.createElement("canvas");

  constructor() {
    super({ zIndex: 30 });
    this.canvas.className = "atlas-flow-canvas";
    this.canvas.style.position = "absolute";
  }

  setLines(lines: FlowLine[]): void {
    this.lines = [...lines].sort((a, b) => b.value - a.value);
    this.largest = this.lines[0]?.value ?? 0;
    this.changed();
  }

  /** The flow under a pixel of the map, or null. */
  at(pixel: Point, reach = 6): FlowLine | null {
    let best: Drawn | null = null;
    let nearest = Infinity;
    for (const candidate of this.drawn) {
      const distance = distanceTo(candidate.arc, pixel) - candidate.arc.width / 2;
      if (distance < nearest) [best, nearest] = [candidate, distance];
    }
    return nearest <= reach ? (best?.line ?? null) : null;
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
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.drawn = this.place(frame, width, height);
    for (const colour of [WITHIN, CROSSING]) this.draw(pen, colour);
    return this.canvas;
  }

  private place(frame: FrameState, width: number, height: number): Drawn[] {
    const transform = frame.coordinateToPixelTransform;
    const margin = 400; // a line may pass through the picture though both ends lie outside of it
    const inside = ([x, y]: Point): boolean => x > -margin && y > -margin && x < width + margin && y < height + margin;
    const drawn: Drawn[] = [];
    for (const line of this.lines) {
      const from = apply(transform, [...line.from]) as unknown as Point;
      const to = apply(transform, [...line.to]) as unknown as Point;
      if (inside(from) || inside(to)) {
        drawn.push({ line, arc: arc(from, to, lineWidth(line.value, this.largest)) });
      }
    }
    return drawn;
  }

  private draw(pen: CanvasRenderingContext2D, colour: string): void {
    const chosen = this.drawn.filter(({ line }) => (line.crosses ? CROSSING : WITHIN) === colour);
    pen.strokeStyle = colour;
    pen.fillStyle = colour;
    pen.lineCap = "round";
    for (const { line, arc: way } of chosen) {
      pen.lineWidth = way.width;
      pen.globalAlpha = lineStrength(line.value, this.largest);
      pen.setLineDash(line.sure ? [] : [way.width + 4, way.width + 4]);
      pen.beginPath();
      pen.moveTo(...way.from);
      pen.quadraticCurveTo(...way.control, ...way.to);
      pen.stroke();
    }
    pen.setLineDash([]);
    pen.globalAlpha = 0.85;
    pen.beginPath();
    for (const { arc: way } of chosen) {
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
