import type { ImageTile } from 'ol';
import { defaults as defaultControls } from 'ol/control/defaults.js';
import Feature from 'ol/Feature.js';
import Point from 'ol/geom/Point.js';
import Graticule from 'ol/layer/Graticule.js';
import TileLayer from 'ol/layer/Tile.js';
import VectorLayer from 'ol/layer/Vector.js';
import OlMap from 'ol/Map.js';
import { fromLonLat, toLonLat, transformExtent } from 'ol/proj.js';
import VectorSource from 'ol/source/Vector.js';
import XYZ from 'ol/source/XYZ.js';
import type Tile from 'ol/Tile.js';
import TileState from 'ol/TileState.js';
import View from 'ol/View.js';
import { fetchTile } from './api.js';
import { readCoastline } from './coastline.js';
import type { MapView } from './hash.js';
import type { Layer } from './layer.js';
import { coastStyles, gridLabel, gridLine, markStyles } from './map-styles.js';

/** A place on the map in degrees, longitude in -180..180. */
export interface Place {
  readonly longitude: number;
  readonly latitude: number;
}

/** What the map reports. */
export interface MapEvents {
  readonly onPlace: (place: Place) => void;
  readonly onView: (view: MapView) => void;
  readonly onTileError: (reason: Error) => void;
}

const mercator = 'EPSG:3857';
const crs84 = 'EPSG:4326';
const worldEdge = 20037508.342789244;
/** Where Web Mercator ends. */
const maxLatitude = 85.0511;

/** The map: tiles of one selection below coastlines, a graticule and the chosen place. */
export class LayerMap {
  readonly #map: OlMap;
  readonly #source: XYZ;
  readonly #mark = new VectorSource<Feature<Point>>({ wrapX: true });

  constructor(target: HTMLElement, events: MapEvents) {
    // OpenLayers moves the map by keys only while its element has the focus.
    target.tabIndex = 0;
    this.#source = tileSource(events.onTileError);
    this.#map = new OlMap({
      target,
      keyboardEventTarget: target,
      controls: defaultControls({ rotate: false }),
      layers: [
        new TileLayer({ source: this.#source }),
        coastLayer(),
        new Graticule({
          strokeStyle: gridLine,
          showLabels: true,
          wrapX: true,
          lonLabelStyle: gridLabel('bottom'),
          latLabelStyle: gridLabel('middle'),
          lonLabelPosition: 0.01,
          latLabelPosition: 0.995,
        }),
        new VectorLayer({ source: this.#mark, style: markStyles }),
      ],
      view: new View({
        projection: mercator,
        center: [0, 0],
        zoom: 1,
        minZoom: 0,
        maxZoom: 12,
        enableRotation: false,
        extent: [-Infinity, -worldEdge, Infinity, worldEdge],
        constrainOnlyCenter: true,
        multiWorld: true,
      }),
    });
    this.#report(target, events);
  }

  /** Shows the tiles of a template; the old ones stay until the new ones are there. */
  show(template: string): void {
    this.#source.setUrl(template);
  }

  /** Moves to a view, or to the whole of a layer. */
  look(at: MapView | Layer['bbox']): void {
    const view = this.#map.getView();
    if ('zoom' in at) {
      view.setCenter(fromLonLat([at.longitude, at.latitude]));
      view.setZoom(at.zoom);
      return;
    }
    const [west, south, east, north] = at;
    const box = [
      west,
      Math.max(south, -maxLatitude),
      east < west ? east + 360 : east,
      Math.min(north, maxLatitude),
    ];
    if (east - west >= 350) {
      const [width, height] = this.#map.getSize() ?? [800, 600];
      view.setCenter(fromLonLat([(west + east) / 2, 20]));
      view.setResolution(Math.min((2 * worldEdge) / width!, (1.6 * worldEdge) / height!));
    } else {
      view.fit(transformExtent(box, crs84, mercator), { padding: [32, 32, 32, 32] });
    }
  }

  /** Puts the mark on a place, or takes it away. */
  mark(place: Place | undefined): void {
    this.#mark.clear();
    if (place) this.#mark.addFeature(new Feature(new Point(fromLonLat([place.longitude, place.latitude]))));
  }

  get center(): Place {
    return placeAt(this.#map.getView().getCenter() ?? [0, 0]);
  }

  #report(target: HTMLElement, events: MapEvents): void {
    this.#map.on('singleclick', (event) => events.onPlace(placeAt(event.coordinate)));
    this.#map.on('moveend', () => {
      const zoom = this.#map.getView().getZoom() ?? 0;
      events.onView({ ...this.center, zoom });
    });
    this.#map.on('loadstart', () => target.classList.add('loading'));
    this.#map.on('loadend', () => target.classList.remove('loading'));
    target.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && event.target === target) events.onPlace(this.center);
    });
  }
}

/** Tiles by fetch, so that the service's reason is known when one fails and an empty one may be 204. */
function tileSource(onTileError: (reason: Error) => void): XYZ {
  const load = async (tile: Tile, url: string) => {
    const image = (tile as ImageTile).getImage() as HTMLImageElement;
    try {
      const picture = await fetchTile(url);
      if (!picture) return tile.setState(TileState.EMPTY);
      image.src = URL.createObjectURL(picture);
      image.addEventListener('load', () => URL.revokeObjectURL(image.src), { once: true });
    } catch (error) {
      tile.setState(TileState.ERROR);
      onTileError(error as Error);
    }
  };
  return new XYZ({
    tileLoadFunction: (tile, url) => void load(tile, url),
    wrapX: true,
    maxZoom: 12,
    transition: 120,
  });
}

function coastLayer(): VectorLayer {
  const geometry = readCoastline().transform(crs84, mercator);
  return new VectorLayer({
    source: new VectorSource({ features: [new Feature(geometry)], wrapX: true }),
    style: coastStyles,
    updateWhileAnimating: true,
    updateWhileInteracting: true,
  });
}

function placeAt(coordinate: readonly number[]): Place {
  const [longitude, latitude] = toLonLat([...coordinate]);
  return { longitude: longitude! - 360 * Math.floor((longitude! + 180) / 360), latitude: latitude! };
}
