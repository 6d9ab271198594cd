/** Mean radius of the Earth (IUGG). Distances on this sphere differ from those on WGS84 by at most 0.6 %. */
export const EARTH_RADIUS_METRES = 6_371_008.8;
