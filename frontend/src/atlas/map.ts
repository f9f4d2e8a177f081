/** The map itself: areas coloured by class or with symbols, state borders, names of towns, lines of commuters. */

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
import type BaseLayer from "ol/layer/Base";
import VectorLayer from "ol/layer/Vector";
import { fromLonLat } from "ol/proj";
import VectorSource from "ol/source/Vector";
import { Fill, Stroke, Style, Text } from "ol/style";
import CircleStyle from "ol/style/Circle";
import Point from "ol/geom/Point";
import type { Geometry } from "ol/geom";
import { classOf, colours, middleBorder, NO_VALUE } from "../flows/classes";
import { isShown } from "../flows/numbers";
import { symbolRadius } from "../flows/symbols";
import type { AreaProperties, Shapes, Values } from "./api";
import { FlowLayer, type FlowLine } from "./flow-layer";
import { hatching } from "./hatching";
import { NationLayer, type NationShapes } from "./nation-layer";
import { keepWholeOnPaper } from "./paper";

const EDGE = new Stroke({ color: "#ffffff", width: 0.8 });
const CHOSEN = new Stroke({ color: "#b30000", width: 3 });
const MARKED = new Stroke({ color: "#1d1d1b", width: 2.5 });
const OUTLINE = new Style({ stroke: new Stroke({ color: "#1d1d1b", width: 2 }) });
const BORDER = new Style({ stroke: new Stroke({ color: "#b35806", width: 3, lineDash: [8, 6] }) });
const CONTEXT = new Style({
  fill: new Fill({ color: "#fbfbfa" }),
  stroke: new Stroke({ color: "#c9c9c4", width: 0.8 }),
});
const PLAIN = "#dfe7ea";
const SYMBOL = new Fill({ color: "rgba(34, 105, 138, 0.75)" });
const SYMBOL_EDGE = new Stroke({ color: "#ffffff", width: 1 });

export interface Pointed {
  key: string;
  name: string;
  said: string | null; // what a line says; an area is looked up by its key
  pixel: [number, number];
}

export interface MapTexts {
  zoomIn: string;
  zoomOut: string;
}

export interface Classes {
  breaks: number[];
  colours: string[];
}

/** Breaks and colours of a view, the same for map, legend and charts. */
export function classesOf(values: Values, method: string): Classes {
  const breaks = values.breaks[method] ?? [];
  const at = values.indicator.diverging_at;
  const middle = at === null || breaks.length < 2 ? undefined : middleBorder(breaks, at);
  return { breaks, colours: colours(breaks.length + 1, middle) };
}

/** A view that two maps may share, so that they move together. */
export function mapView(): View {
  return new View({ center: fromLonLat([9.5, 51.5]), zoom: 8, minZoom: 4, maxZoom: 15 });
}

export class AtlasMap {
  readonly map: OlMap;
  private readonly areas = new VectorLayer<VectorSource>({ source: new VectorSource(), zIndex: 10 });
  private readonly context = new VectorLayer<VectorSource>({ source: new VectorSource(), zIndex: 5, style: CONTEXT });
  private readonly borders = new VectorLayer<VectorSource>({ source: new VectorSource(), zIndex: 20, style: BORDER });
  private readonly outline = new VectorLayer<VectorSource>({ source: new VectorSource(), zIndex: 21, style: OUTLINE });
  private readonly symbols = new VectorLayer<VectorSource>({ source: new VectorSource(), zIndex: 25 });
  private readonly labels = new VectorLayer<VectorSource>({ source: new VectorSource(), zIndex: 40, declutter: true });
  readonly flowLayer = new FlowLayer();
  private readonly reader = new GeoJSON({ dataProjection: "EPSG:4326", featureProjection: "EPSG:3857" });
  private readonly styles = new Map<string, Style>();
  private readonly names = new Map<string, string>();
  private behind: BaseLayer | null = null;
  private nation: NationLayer | null = null;
  private own = new Set<string>();
  private readonly centres = new Map<string, [number, number]>();
  private fillOf: (key: string) => string | CanvasPattern = () => PLAIN;
  private chosen = new Set<string>();
  private marked: ReadonlySet<string> | null = null;

  constructor(
    private readonly target: HTMLElement,
    texts: MapTexts,
    view: View = mapView(),
  ) {
    target.tabIndex = 0; // arrow keys move, plus and minus zoom
    this.map = new OlMap({
      target,
      layers: [this.context, this.areas, this.borders, this.outline, this.symbols, this.flowLayer, this.labels],
      view,
      controls: defaultControls({ attribution: false, rotate: false, zoomOptions: {
        zoomInTipLabel: texts.zoomIn, zoomOutTipLabel: texts.zoomOut,
      } }),
      // One finger and the bare wheel scroll the page, so that nobody is caught in the map.
      interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false, dragPan: false, mouseWheelZoom: false }).extend([
        new DragPan({ condition: (event) => !touchOnly(event) || event.activePointers?.length === 2 }),
        new MouseWheelZoom({ condition: (event) => platformModifierKeyOnly(event) || (noModifierKeys(event) && document.activeElement === target) }),
      ]),
    });
    keepWholeOnPaper(this.map, target);
    this.areas.setStyle((feature) => this.styleOf(feature.get("key") as string));
    this.symbols.setStyle((feature) => this.symbolOf(feature.get("radius") as number));
    this.labels.setStyle((feature) => labelOf(feature.get("name") as string, feature.get("large") as boolean));
  }

  setShapes(shapes: Shapes, fit = true): void {
    const read = (collection: unknown): Feature[] => this.reader.readFeatures(collection);
    this.fill(this.areas, read(shapes.features));
    this.fill(this.context, read(shapes.context));
    this.fill(this.borders, [new Feature(this.reader.readGeometry(shapes.borders) as Geometry)]);
    this.fill(this.outline, [new Feature(this.reader.readGeometry(shapes.outline) as Geometry)]);
    this.own = new Set(shapes.features.features.map(({ properties }) => properties.key));
    for (const { properties } of [...shapes.features.features, ...shapes.context.features]) {
      this.names.set(properties.key, properties.name);
      if (properties.x !== null && properties.y !== null) {
        this.centres.set(properties.key, fromLonLat([properties.x, properties.y]) as [number, number]);
      }
    }
    this.fill(this.labels, (shapes.labels ?? []).map(({ name, x, y }, index) =>
      new Feature({ geometry: new Point(fromLonLat([x, y])), name, large: index < 3 })));
    if (fit) this.fit();
  }

  /** Show the whole region. */
  fit(): void {
    const extent = this.areas.getSource()?.getExtent();
    if (extent && !isEmpty(extent)) this.map.getView().fit(extent, { padding: [18, 18, 18, 18] });
  }

  /** Put a background below everything, and let it shine through the areas; null takes it away. */
  showBehind(layer: BaseLayer | null): void {
    if (this.behind) this.map.removeLayer(this.behind);
    this.behind = layer;
    if (layer) this.map.addLayer(layer);
    this.areas.setOpacity(layer ? 0.7 : 1);
    this.context.setOpacity(layer ? 0.25 : 1);
    this.nation?.setOpacity(layer ? 0.7 : 1);
  }

  /** Draw the whole country in place of the region. */
  showNation(shapes: NationShapes, values: Values, method: string, fresh: boolean): Classes {
    if (!this.nation) {
      this.nation = new NationLayer();
      this.map.addLayer(this.nation);
    }
    const nation = this.nation;
    if (fresh) nation.setShapes(shapes);
    const classes = classesOf(values, method);
    const position = new Map(values.areas.map((key, index) => [key, index]));
    nation.paint((key) => {
      const value = values.values[position.get(key) ?? -1] ?? null;
      return value === null ? null : (classes.colours[classOf(value, classes.breaks)] ?? NO_VALUE);
    });
    for (const layer of [this.areas, this.context, this.borders, this.outline, this.symbols, this.labels]) layer.getSource()?.clear();
    const extent = nation.extent;
    if (fresh && extent) this.map.getView().fit(extent, { padding: [10, 10, 10, 10] });
    return classes;
  }

  hideNation(): void {
    this.nation?.clear();
  }

  showValues(values: Values, method: string): Classes {
    const classes = classesOf(values, method);
    const position = new Map(values.areas.map((key, index) => [key, index]));
    this.fillOf = (key) => {
      const index = position.get(key);
      const value = index === undefined ? null : (values.values[index] ?? null);
      if (value === null || !isShown({ value })) return hatching();
      return classes.colours[classOf(value, classes.breaks)] ?? NO_VALUE;
    };
    this.symbols.getSource()?.clear();
    this.redraw();
    return classes;
  }

  /** Circles whose areas grow with the values; areas without a value stay hatched. */
  showSymbols(values: Values): number {
    const largest = Math.max(0, ...values.values.map((value) => Math.abs(value ?? 0)));
    const known = new Map(values.areas.map((key, index) => [key, values.values[index] ?? null]));
    this.fillOf = (key) => (known.get(key) === null ? hatching() : PLAIN);
    const circles = values.areas.flatMap((key, index) => {
      const at = this.centres.get(key);
      const value = values.values[index] ?? null;
      return at && value ? [new Feature({ geometry: new Point(at), key, radius: symbolRadius(Math.abs(value), largest) })] : [];
    });
    // the small ones stay on top of the large ones
    circles.sort((a, b) => (b.get("radius") as number) - (a.get("radius") as number));
    this.fill(this.symbols, circles);
    this.redraw();
    return largest;
  }

  setLines(lines: FlowLine[]): void {
    this.flowLayer.setLines(lines);
  }

  showPlain(): void {
    this.fillOf = () => PLAIN;
    this.symbols.getSource()?.clear();
    this.redraw();
  }

  choose(keys: Iterable<string>): void {
    this.chosen = new Set(keys);
    this.redraw();
  }

  /** Mark some areas, as a chart points them out; null marks none. */
  mark(keys: ReadonlySet<string> | null): void {
    this.marked = keys;
    this.nation?.mark(keys);
    this.redraw();
  }

  showBorders(visible: boolean): void {
    this.borders.setVisible(visible);
    this.nation?.showBorders(visible);
  }

  showLabels(visible: boolean): void {
    this.labels.setVisible(visible);
  }

  onClick(listener: (key: string, add: boolean) => void): void {
    this.map.on("singleclick", (event) => {
      const found = this.areaAt(event.pixel as [number, number]);
      if (found) listener(found.key, (event.originalEvent as MouseEvent).shiftKey);
    });
  }

  onPoint(listener: (pointed: Pointed | null) => void): void {
    this.map.on("pointermove", (event) => {
      if (event.dragging) return;
      const pixel = event.pixel as [number, number];
      const line = this.flowLayer.at(pixel);
      const area = line ? null : (this.areaAt(pixel) ?? this.nation?.at(event.coordinate as [number, number]) ?? null);
      this.target.style.cursor = area ? "pointer" : "";
      if (line) listener({ key: line.key, name: line.name, said: line.said, pixel });
      else listener(area ? { ...area, said: null, pixel } : null);
    });
    this.target.addEventListener("pointerleave", () => {
      listener(null);
    });
  }

  /** Calls back when what was asked for has been drawn. */
  onceDrawn(listener: () => void): void {
    this.map.once("rendercomplete", () => {
      this.flowLayer.whenDrawn(() => {
        if (this.nation) this.nation.whenDrawn(listener);
        else listener();
      });
    });
    this.map.render();
  }

  /** What the map shows now, in metres of the web projection: west, south, east, north. */
  get extent(): number[] {
    return this.map.getView().calculateExtent(this.map.getSize());
  }

  /** Metres a pixel stands for. */
  get resolution(): number {
    return this.map.getView().getResolution() ?? 1;
  }

  onMove(listener: () => void): void {
    this.map.on("moveend", listener);
  }

  /** Whether an area is one of the map's own, not of its surroundings. */
  holds(key: string): boolean {
    return this.own.has(key);
  }

  /** The map's own areas whose centre is where `holds` says, in metres of the web projection. */
  centredIn(holds: (at: [number, number]) => boolean): string[] {
    return [...this.own].filter((key) => {
      const at = this.centres.get(key);
      return at !== undefined && holds(at);
    });
  }

  nameOf(key: string): string {
    return this.names.get(key) ?? "";
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
    const chosen = this.chosen.has(key);
    const marked = this.marked?.has(key) ?? false;
    const known = `${typeof colour === "string" ? colour : "hatched"}|${chosen}|${marked}`;
    let style = this.styles.get(known);
    if (!style) {
      const stroke = chosen ? CHOSEN : marked ? MARKED : EDGE;
      style = new Style({ fill: new Fill({ color: colour }), stroke, zIndex: chosen ? 2 : marked ? 1 : 0 });
      this.styles.set(known, style);
    }
    return style;
  }

  private symbolOf(radius: number): Style {
    const rounded = Math.round(radius * 2) / 2;
    const known = `symbol|${rounded}`;
    let style = this.styles.get(known);
    if (!style) {
      style = new Style({ image: new CircleStyle({ radius: rounded, fill: SYMBOL, stroke: SYMBOL_EDGE }) });
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

function labelOf(name: string, large: boolean): Style {
  return new Style({
    text: new Text({
      text: name,
      font: `${large ? "600 14px" : "500 12px"} "Fira Sans", system-ui, sans-serif`,
      fill: new Fill({ color: "#1d1d1b" }),
      stroke: new Stroke({ color: "rgba(255, 255, 255, 0.9)", width: 3 }),
      overflow: true,
    }),
  });
}
