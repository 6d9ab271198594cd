/** How a pixel takes the values of cells. */
export type Resampling = 'nearest' | 'bilinear';

/** All there are. A request without one means the first for colours, and the second for lines, relief and glyphs. */
export const resamplings: readonly Resampling[] = ['nearest', 'bilinear'];
