import Feature from 'ol/Feature.js';
import Graticule from 'ol/layer/Graticule.js';
import VectorLayer from 'ol/layer/Vector.js';
import type OlMap from 'ol/Map.js';
import VectorSource from 'ol/source/Vector.js';
import { readAtlas } from './atlas.js';
import { borderStyle, coastStyles, gridLabel, gridLine } from './map-styles.js';

/** From this zoom on the fine coastlines are fetched and drawn. */
const fineZoom = 5;

/** Coastlines, borders and the graticule: from files of this service, coarse ones first. */
export class BaseMap {
  readonly #coast = lineLayer(coastStyles);
  readonly #borders = lineLayer(borderStyle);
  readonly #map: OlMap;
  #detail: 'none' | 'coarse' | 'fine' = 'none';

  constructor(map: OlMap) {
    this.#map = map;
    for (const layer of [this.#borders, this.#coast, graticule()]) map.addLayer(layer);
    map.on('moveend', () => {
      if ((map.getView().getZoom() ?? 0) >= fineZoom) void this.#draw('fine');
    });
  }

  /** Draws the coarse lines; pictures come first, since reading an atlas takes a while. */
  start(): void {
    void this.#draw('coarse');
  }

  /** Without its lines a map is still a map: a failure leaves what is there. */
  async #draw(detail: 'coarse' | 'fine'): Promise<void> {
    if (this.#detail === detail || this.#detail === 'fine') return;
    this.#detail = detail;
    const topology = await (detail === 'fine'
      ? import('world-atlas/countries-50m.json')
      : import('world-atlas/countries-110m.json')
    ).catch(() => undefined);
    if (topology === undefined || this.#detail !== detail) return;
    const { land, countries } = readAtlas(topology.default);
    for (const [layer, lines] of [
      [this.#coast, land],
      [this.#borders, countries],
    ] as const) {
      const source = layer.getSource()!;
      source.clear();
      source.addFeature(new Feature(lines));
    }
    this.#map.render();
  }
}

function lineLayer(style: typeof coastStyles): VectorLayer {
  return new VectorLayer({
    source: new VectorSource({ wrapX: true }),
    style,
    updateWhileAnimating: true,
    updateWhileInteracting: true,
  });
}

function graticule(): Graticule {
  return new Graticule({
    strokeStyle: gridLine,
    showLabels: true,
    wrapX: true,
    lonLabelStyle: gridLabel('bottom'),
    latLabelStyle: gridLabel('middle'),
    lonLabelPosition: 0.01,
    latLabelPosition: 0.995,
  });
}
