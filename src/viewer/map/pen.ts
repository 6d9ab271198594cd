import type { Coordinate } from 'ol/coordinate.js';
import { never } from 'ol/events/condition.js';
import type { LineString, Polygon } from 'ol/geom.js';
import DoubleClickZoom from 'ol/interaction/DoubleClickZoom.js';
import DragBox from 'ol/interaction/DragBox.js';
import Draw from 'ol/interaction/Draw.js';
import type OlMap from 'ol/Map.js';
import type { Tool } from '../state/address.js';
import { type Shape, wrapLongitude } from '../state/place.js';
import { fromMercator, lineAt } from './lon-lat.js';
import { shapeStyles } from './map-styles.js';

/** Draws boxes, polygons and paths, by pointer or, at the middle of the map, by keyboard. */
export class Pen {
  readonly #map: OlMap;
  readonly #onShape: (shape: Shape) => void;
  readonly #onVertices: (count: number) => void;
  #tool: Tool = 'place';
  #box: DragBox | undefined;
  #draw: Draw | undefined;
  /** The first corner of a box by keyboard. */
  #corner: Coordinate | undefined;
  #vertices = 0;

  constructor(
    map: OlMap,
    events: { readonly onShape: (shape: Shape) => void; readonly onVertices: (count: number) => void },
  ) {
    this.#map = map;
    this.#onShape = events.onShape;
    this.#onVertices = events.onVertices;
  }

  set tool(tool: Tool) {
    if (tool === this.#tool) return;
    this.#tool = tool;
    this.#corner = undefined;
    this.#vertices = 0;
    for (const interaction of [this.#box, this.#draw])
      if (interaction) this.#map.removeInteraction(interaction);
    [this.#box, this.#draw] = [undefined, undefined];
    // The second click of a double click ends a line.
    const isLine = tool === 'polygon' || tool === 'path';
    for (const interaction of this.#map.getInteractions().getArray()) {
      if (interaction instanceof DoubleClickZoom) interaction.setActive(!isLine);
    }
    if (tool === 'box') this.#addBox();
    if (isLine) this.#addDraw(tool);
  }

  /** A vertex at the middle of the map; of a box the first or the second corner. */
  addVertex(): void {
    const center = this.#map.getView().getCenter()!;
    if (this.#tool === 'box') {
      this.#addCorner(center);
    } else {
      this.#draw?.appendCoordinates([center]);
      this.#count(this.#vertices + 1);
    }
  }

  removeVertex(): void {
    if (this.#vertices === 0) return;
    this.#draw?.removeLastPoint();
    this.#count(this.#vertices - 1);
  }

  /** Ends a line that has enough vertices. */
  finish(): void {
    if (this.#vertices >= (this.#tool === 'polygon' ? 3 : 2)) this.#draw?.finishDrawing();
  }

  cancel(): void {
    this.#corner = undefined;
    this.#draw?.abortDrawing();
    this.#count(0);
  }

  #count(vertices: number): void {
    this.#vertices = vertices;
    this.#onVertices(vertices);
  }

  #addCorner(corner: Coordinate): void {
    if (this.#corner === undefined) {
      this.#corner = corner;
      this.#count(1);
      return;
    }
    const [x, y] = this.#corner;
    // The map has to move both ways between two corners.
    if (x === corner[0] || y === corner[1]) return;
    this.#corner = undefined;
    this.#count(0);
    this.#endBox([x!, y!, corner[0]!, corner[1]!]);
  }

  #addBox(): void {
    const box = new DragBox({ minArea: 16 });
    box.on('boxend', () => this.#endBox(box.getGeometry().getExtent()));
    this.#box = box;
    this.#map.addInteraction(box);
  }

  #endBox([x0, y0, x1, y1]: readonly number[]): void {
    const low = fromMercator([Math.min(x0!, x1!), Math.min(y0!, y1!)]);
    const high = fromMercator([Math.max(x0!, x1!), Math.max(y0!, y1!)]);
    const isWorld = high.longitude - low.longitude >= 360;
    const west = isWorld ? -180 : wrapLongitude(low.longitude);
    const east = isWorld ? 180 : wrapLongitude(high.longitude);
    const isEmpty = west === east || low.latitude === high.latitude;
    if (!isEmpty) this.#onShape({ kind: 'box', bbox: [west, low.latitude, east, high.latitude] });
  }

  #addDraw(kind: 'polygon' | 'path'): void {
    const draw = new Draw({
      type: kind === 'polygon' ? 'Polygon' : 'LineString',
      style: shapeStyles,
      freehandCondition: never,
      stopClick: true,
    });
    draw.on('drawend', ({ feature }) => {
      const geometry = feature.getGeometry() as Polygon | LineString;
      const line =
        kind === 'polygon'
          ? (geometry as Polygon).getCoordinates()[0]!.slice(0, -1)
          : geometry.getCoordinates();
      this.#vertices = 0;
      this.#onShape({ kind, points: lineAt(line as Coordinate[]) });
    });
    this.#draw = draw;
    this.#map.addInteraction(draw);
  }
}
