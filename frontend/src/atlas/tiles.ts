/** Raster tiles; a part of its own, so that only who wants a background map loads it. */

import TileLayer from "ol/layer/Tile";
import XYZ from "ol/source/XYZ";

export function tiles(url: string): TileLayer<XYZ> {
  return new TileLayer({ zIndex: 0, source: new XYZ({ url }) });
}
