/** A layer of many shapes on a Canvas 2D whose finished picture moves with the map. */

import Layer from "ol/layer/Layer";
import type { FrameState } from "ol/Map";

const BUDGET = 16; // milliseconds of drawing in one frame

/** Where a picture was drawn for. */
export interface Place {
  x: number;
  y: number;
  resolution: number;
  width: number;
  height: number;
  ratio: number;
}

/** One drawing: `transform` leads from map coordinates to pixels, `next` is the step that comes next. */
export interface Job {
  place: Place;
  transform: number[];
  next: number;
}

/**
 * While the map moves, the finished picture moves with it; at rest the shapes are drawn anew on a second canvas, a few
 * milliseconds in each frame, and the pictures change places. So no frame waits for thousands of shapes.
 */
export abstract class PictureLayer extends Layer {
  private readonly holder = document.createElement("div");
  private front = document.createElement("canvas");
  private back = document.createElement("canvas");
  private shown: Place | null = null; // what the front picture was drawn for
  private stale = false; // whether what is shown has changed since
  private job: Job | null = null;
  private waiting: (() => void)[] = [];

  constructor(zIndex: number) {
    super({ zIndex });
    this.holder.className = "atlas-picture";
    this.holder.style.position = "absolute";
    this.holder.style.pointerEvents = "none";
    for (const canvas of [this.front, this.back]) {
      canvas.style.position = "absolute";
      canvas.style.transformOrigin = "0 0";
      this.holder.append(canvas);
    }
    this.back.hidden = true;
  }

  /** How many steps a drawing takes; none when there is nothing to draw. */
  protected abstract get steps(): number;

  /** Most steps of one frame while an older picture stands: browsers fill shapes later than a clock here would tell. */
  protected readonly stepsOfFrame: number = Infinity;

  /** Draw one step; the pen counts in pixels of the page. */
  protected abstract drawStep(pen: CanvasRenderingContext2D, step: number, job: Job): void;

  /** Called when a drawing begins and when its picture is shown. */
  protected begun?(): void;
  protected finished?(): void;

  /** Draw anew as soon as possible: what is to be shown has changed. */
  protected renew(): void {
    this.stale = true;
    this.job = null;
    this.changed();
  }

  /** Calls back when everything stands as it should. */
  whenDrawn(listener: () => void): void {
    if (this.job || (this.steps > 0 && (this.stale || !this.shown))) this.waiting.push(listener);
    else listener();
  }

  override render(frame: FrameState | null): HTMLElement {
    if (!frame) return this.holder;
    const { viewState, size, pixelRatio } = frame;
    const [x, y] = viewState.center as [number, number];
    const place = { x, y, resolution: viewState.resolution, width: size[0] as number, height: size[1] as number, ratio: pixelRatio };
    if (this.shown) this.front.style.transform = moved(this.shown, place);
    const moves = frame.viewHints.some((hint) => hint > 0);
    if (moves && this.shown && !this.stale) {
      this.job = null;
      return this.holder;
    }
    if ((!this.stale && same(this.shown, place)) || same(this.job?.place ?? null, place)) return this.holder;
    this.begin(place, frame.coordinateToPixelTransform);
    return this.holder;
  }

  private begin(place: Place, transform: number[]): void {
    const { width, height, ratio } = place;
    this.back.width = Math.round(width * ratio);
    this.back.height = Math.round(height * ratio);
    this.back.style.width = `${width}px`;
    this.back.style.height = `${height}px`;
    this.job = { place, transform: [...transform], next: 0 };
    this.stale = false;
    this.begun?.();
    this.proceed(this.job);
  }

  private proceed(job: Job): void {
    if (job !== this.job) return; // the map has moved on
    const pen = this.back.getContext("2d");
    const until = performance.now() + BUDGET;
    const end = Math.min(this.steps, this.shown ? job.next + this.stepsOfFrame : Infinity);
    while (pen && job.next < end && performance.now() < until) {
      pen.setTransform(job.place.ratio, 0, 0, job.place.ratio, 0, 0);
      this.drawStep(pen, job.next, job);
      job.next += 1;
    }
    if (job.next < this.steps && pen) {
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
    this.job = null;
    this.finished?.();
    for (const listener of this.waiting.splice(0)) listener();
  }
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
