/** How a pixel takes the values of cells. */
export type Resampling = 'nearest' | 'bilinear';

/** All there are; the first is what a request without one means. */
export const resamplings: readonly Resampling[] = ['nearest', 'bilinear'];
