import Feature from 'ol/Feature.js';
import Graticule from 'ol/layer/Graticule.js';
import VectorLayer from 'ol/layer/Vector.js';
import type OlMap from 'ol/Map.js';
import VectorSource from 'ol/source/Vector.js';
import { themeChanged } from '../theme.js';
import { readAtlas } from './atlas.js';
import type { Insets } from './look.js';
import { borderStyle, coastStyles, gridLabel, gridLine, groundStyle } from './map-styles.js';

/** From this zoom on the fine coastlines are fetched and drawn. */
const fineZoom = 5;
/** Between labels and the edge of what is free of panels. */
const labelPixels = 4;

/** Where labels are, as shares of the map: those of longitudes from its south, those of latitudes from its west. */
interface LabelShares {
  readonly longitudes: number;
  readonly latitudes: number;
}

/** Land, coastlines, borders and the graticule: from files of this service, coarse ones first. */
export class BaseMap {
  readonly #ground = new VectorLayer({ source: new VectorSource({ wrapX: true }) });
  readonly #coast = lineLayer(coastStyles);
  readonly #borders = lineLayer(borderStyle);
  readonly #map: OlMap;
  #graticule: Graticule | undefined;
  #labels: LabelShares = { longitudes: 0, latitudes: 1 };
  #detail: 'none' | 'coarse' | 'fine' = 'none';

  constructor(map: OlMap) {
    this.#map = map;
    map.getLayers().insertAt(0, this.#ground);
    this.paintGround();
    window.addEventListener(themeChanged, () => this.paintGround());
    for (const layer of [this.#borders, this.#coast]) map.addLayer(layer);
    map.on('moveend', () => {
      if ((map.getView().getZoom() ?? 0) >= fineZoom) void this.#draw('fine');
    });
  }

  /** Draws the coarse lines; pictures come first, since reading an atlas and drawing a graticule take a while. */
  start(): void {
    if (this.#detail !== 'none') return;
    void this.#draw('coarse');
    this.#drawGraticule();
  }

  /** Puts the labels of the graticule beside the panels that lie on a map of this size. */
  label(insets: Insets, [width, height]: readonly [number, number]): void {
    this.#labels = {
      longitudes: (insets.bottom + labelPixels) / height,
      latitudes: 1 - (insets.right + labelPixels) / width,
    };
    if (this.#detail !== 'none') this.#drawGraticule();
  }

  /** Its labels have their places for good: others are another graticule. */
  #drawGraticule(): void {
    const layers = this.#map.getLayers();
    const before = this.#graticule;
    this.#graticule = graticule(this.#labels);
    const at = before === undefined ? -1 : layers.getArray().indexOf(before);
    if (at >= 0) layers.setAt(at, this.#graticule);
    else layers.insertAt(layers.getArray().indexOf(this.#coast) + 1, this.#graticule);
  }

  /** The style sheet keeps the colour of land where canvases can read it. */
  paintGround(): void {
    this.#ground.setStyle(groundStyle(getComputedStyle(this.#map.getTargetElement()).caretColor));
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
    const { ground, coasts, borders } = readAtlas(topology.default);
    for (const [layer, lines] of [
      [this.#ground, ground],
      [this.#coast, coasts],
      [this.#borders, borders],
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

function graticule({ longitudes, latitudes }: LabelShares): Graticule {
  return new Graticule({
    strokeStyle: gridLine,
    showLabels: true,
    wrapX: true,
    lonLabelStyle: gridLabel('bottom'),
    latLabelStyle: gridLabel('middle'),
    lonLabelPosition: longitudes,
    latLabelPosition: latitudes,
  });
}
