export type { CellArray, Cells, CellType } from './cell-type.js';
export type { Parameter } from './parameter.js';
