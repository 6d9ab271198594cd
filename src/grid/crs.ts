/** Coordinate reference system of a grid's x and y. */
export interface Crs {
  /** 'OGC:CRS84' for plain longitude/latitude, 'EPSG:32621', or 'local:<name>' for one known only by `proj`. */
  readonly id: string;
  readonly kind: 'geographic' | 'projected';
  /** proj4 definition; absent when the source did not say enough to compute longitudes and latitudes. */
  readonly proj?: string;
  readonly wkt?: string;
}
