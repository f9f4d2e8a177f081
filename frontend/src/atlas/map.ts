/** The map itself: areas coloured by class, state borders, flows of a chosen area. */

import OlMap from "ol/Map";
import View from "ol/View";
import Feature from "ol/Feature";
import GeoJSON from "ol/format/GeoJSON";
import { defaults as defaultControls } from "ol/control/defaults";
import { isEmpty } from "ol/extent";
import { defaults as defaultInteractions } from "ol/interaction/defaults";
import DragPan from "ol/interaction/DragPan";
import MouseWheelZoom from "ol/interaction/MouseWheelZoom";
import { noModifierKeys, platformModifierKeyOnly, touchOnly } from "ol/events/condition";
import VectorLayer from "ol/layer/Vector";
import { fromLonLat } from "ol/proj";
import VectorSource from "ol/source/Vector";
import { Fill, Stroke, Style } from "ol/style";
import type { Geometry } from "ol/geom";
import { classOf, colours, middleBorder, NO_VALUE } from "../flows/classes";
import { isShown } from "../flows/numbers";
import type { AreaProperties, Flows, Shapes, Values } from "./api";
import { FlowLayer, type FlowLine } from "./flow-layer";
import { hatching } from "./hatching";

const EDGE = new Stroke({ color: "#ffffff", width: 0.8 });
const CHOSEN = new Stroke({ color: "#b30000", width: 3 });
const OUTLINE = new Style({ stroke: new Stroke({ color: "#1d1d1b", width: 2 }) });
const BORDER = new Style({ stroke: new Stroke({ color: "#b35806", width: 3, lineDash: [8, 6] }) });
const CONTEXT = new Style({
  fill: new Fill({ color: "#fbfbfa" }),
  stroke: new Stroke({ color: "#c9c9c4", width: 0.8 }),
});
const PLAIN = "#dfe7ea";

export interface Pointed {
  key: string;
  name: string;
  pixel: [number, number];
}

export interface MapTexts {
  zoomIn: string;
  zoomOut: string;
}

export class AtlasMap {
  private readonly map: OlMap;
  private readonly areas = new VectorLayer<VectorSource>({ source: new VectorSource(), zIndex: 10 });
  private readonly context = new VectorLayer<VectorSource>({ source: new VectorSource(), zIndex: 5, style: CONTEXT });
  private readonly borders = new VectorLayer<VectorSource>({ source: new VectorSource(), zIndex: 20, style: BORDER });
  private readonly outline = new VectorLayer<VectorSource>({ source: new VectorSource(), zIndex: 21, style: OUTLINE });
  private readonly flowLayer = new FlowLayer();
  private readonly reader = new GeoJSON({ dataProjection: "EPSG:4326", featureProjection: "EPSG:3857" });
  private readonly styles = new Map<string, Style>();
  private fillOf: (key: string) => string | CanvasPattern = () => PLAIN;
  private chosen: string | null = null;

  constructor(
    private readonly target: HTMLElement,
    texts: MapTexts,
  ) {
    this.map = new OlMap({
      target,
      layers: [this.context, this.areas, this.borders, this.outline, this.flowLayer],
      view: new View({ center: fromLonLat([9.5, 51.5]), zoom: 8, minZoom: 4, maxZoom: 15 }),
      controls: defaultControls({ attribution: false, rotate: false, zoomOptions: {
        zoomInTipLabel: texts.zoomIn, zoomOutTipLabel: texts.zoomOut,
      } }),
      // One finger and the bare wheel scroll the page, so that nobody is caught in the map.
      interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false, dragPan: false, mouseWheelZoom: false }).extend([
        new DragPan({ condition: (event) => !touchOnly(event) || event.activePointers?.length === 2 }),
        new MouseWheelZoom({ condition: (event) => platformModifierKeyOnly(event) || (noModifierKeys(event) && document.activeElement === target) }),
      ]),
    });
    this.areas.setStyle((feature) => this.styleOf(feature.get("key") as string));
  }

  setShapes(shapes: Shapes): void {
    const read = (collection: unknown): Feature[] => this.reader.readFeatures(collection);
    this.fill(this.areas, read(shapes.features));
    this.fill(this.context, read(shapes.context));
    this.fill(this.borders, [new Feature(this.reader.readGeometry(shapes.borders) as Geometry)]);
    this.fill(this.outline, [new Feature(this.reader.readGeometry(shapes.outline) as Geometry)]);
    this.fit();
  }

  /** Show the whole region. */
  fit(): void {
    const extent = this.areas.getSource()?.getExtent();
    if (extent && !isEmpty(extent)) this.map.getView().fit(extent, { padding: [18, 18, 18, 18] });
  }

  showValues(values: Values, method: string): { breaks: number[]; colours: string[] } {
    const breaks = values.breaks[method] ?? [];
    const at = values.indicator.diverging_at;
    const ramp = colours(breaks.length + 1, at === null || breaks.length < 2 ? undefined : middleBorder(breaks, at));
    const position = new Map(values.areas.map((key, index) => [key, index]));
    this.fillOf = (key) => {
      const index = position.get(key);
      const value = index === undefined ? null : (values.values[index] ?? null);
      if (value === null || !isShown({ value })) return hatching();
      return ramp[classOf(value, breaks)] ?? NO_VALUE;
    };
    this.redraw();
    return { breaks, colours: ramp };
  }

  showFlows(flows: Flows | null): void {
    if (!flows) {
      this.flowLayer.setLines([]);
      return;
    }
    const home: [number, number] | null = flows.x === null || flows.y === null ? null : (fromLonLat([flows.x, flows.y]) as [number, number]);
    const lines: FlowLine[] = [];
    for (const row of flows.rows) {
      if (!home || row.value === null || row.x === null || row.y === null || row.area === flows.area) continue;
      const other = fromLonLat([row.x, row.y]) as [number, number];
      const [from, to] = flows.direction === "out" ? [home, other] : [other, home];
      lines.push({ key: row.area, from, to, value: row.value, crosses: row.crosses, sure: row.status !== "estimated" });
    }
    this.flowLayer.setLines(lines);
  }

  showPlain(): void {
    this.fillOf = () => PLAIN;
    this.redraw();
  }

  choose(key: string | null): void {
    this.chosen = key;
    this.areas.changed();
  }

  showBorders(visible: boolean): void {
    this.borders.setVisible(visible);
  }

  onClick(listener: (key: string) => void): void {
    this.map.on("singleclick", (event) => {
      const found = this.areaAt(event.pixel as [number, number]);
      if (found) listener(found.key);
    });
  }

  onPoint(listener: (pointed: Pointed | null) => void): void {
    this.map.on("pointermove", (event) => {
      if (event.dragging) return;
      const pixel = event.pixel as [number, number];
      const line = this.flowLayer.at(pixel);
      const found = line ? this.named(line.key) : this.areaAt(pixel);
      this.target.style.cursor = found ? "pointer" : "";
      listener(found ? { ...found, pixel } : null);
    });
    this.target.addEventListener("pointerleave", () => {
      listener(null);
    });
  }

  /** Calls back when what was asked for has been drawn. */
  onceDrawn(listener: () => void): void {
    this.map.once("rendercomplete", listener);
    this.map.render();
  }

  /** What the map shows now, in metres of the web projection: west, south, east, north. */
  get extent(): number[] {
    return this.map.getView().calculateExtent(this.map.getSize());
  }

  onMove(listener: () => void): void {
    this.map.on("moveend", listener);
  }

  private named(key: string): { key: string; name: string } {
    const all = [...(this.areas.getSource()?.getFeatures() ?? []), ...(this.context.getSource()?.getFeatures() ?? [])];
    const name = all.find((feature) => feature.get("key") === key)?.get("name") as string | undefined;
    return { key, name: name ?? "" };
  }

  private areaAt(pixel: [number, number]): { key: string; name: string } | null {
    const layers = new Set<unknown>([this.areas, this.context]);
    const hit = this.map.forEachFeatureAtPixel(pixel, (feature) => feature, { layerFilter: (layer) => layers.has(layer) });
    if (!hit) return null;
    const { key, name } = hit.getProperties() as AreaProperties;
    return key ? { key, name } : null;
  }

  private styleOf(key: string): Style {
    const colour = this.fillOf(key);
    const chosen = key === this.chosen;
    const known = `${typeof colour === "string" ? colour : "hatched"}|${chosen}`;
    let style = this.styles.get(known);
    if (!style) {
      style = new Style({ fill: new Fill({ color: colour }), stroke: chosen ? CHOSEN : EDGE, zIndex: chosen ? 1 : 0 });
      this.styles.set(known, style);
    }
    return style;
  }

  private fill(layer: VectorLayer, features: Feature[]): void {
    const source = layer.getSource();
    source?.clear();
    source?.addFeatures(features.filter((feature) => feature.getGeometry()));
  }

  private redraw(): void {
    this.areas.changed();
  }
}
