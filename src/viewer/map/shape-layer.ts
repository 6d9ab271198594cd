import Feature from 'ol/Feature.js';
import { LineString, Point, Polygon } from 'ol/geom.js';
import VectorLayer from 'ol/layer/Vector.js';
import VectorSource from 'ol/source/Vector.js';
import type { Place, Shape } from '../state/place.js';
import { toMercator } from './lon-lat.js';
import { markStyles, shapeStyles } from './map-styles.js';

/** The chosen place and the shape that was drawn. */
export class ShapeLayer extends VectorLayer {
  readonly #marks: VectorSource;

  constructor() {
    const marks = new VectorSource({ wrapX: true });
    super({ source: marks });
    this.#marks = marks;
  }

  show(place: Place | undefined, shape: Shape | undefined): void {
    this.#marks.clear();
    if (shape) this.#marks.addFeature(styled(geometryOf(shape), shapeStyles));
    if (place) this.#marks.addFeature(styled(new Point(toMercator(place)), markStyles));
  }
}

function styled(geometry: Point | LineString | Polygon, style: typeof markStyles): Feature {
  const feature = new Feature<Point | LineString | Polygon>(geometry);
  feature.setStyle(style);
  return feature;
}

function geometryOf(shape: Shape): LineString | Polygon {
  if (shape.kind === 'path') return new LineString(shape.points.map(toMercator));
  if (shape.kind === 'polygon') return new Polygon([[...shape.points, shape.points[0]!].map(toMercator)]);
  const [west, south, east, north] = shape.bbox;
  const far = east < west ? east + 360 : east;
  const corners: readonly (readonly [number, number])[] = [
    [west, south],
    [far, south],
    [far, north],
    [west, north],
    [west, south],
  ];
  return new Polygon([corners.map(([longitude, latitude]) => toMercator({ longitude, latitude }))]);
}
