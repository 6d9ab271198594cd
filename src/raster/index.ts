export {
  allocateCells,
  bytesOfCells,
  type CellArray,
  type Cells,
  type CellType,
  cellBytes,
  cellsFromBytes,
  cellTypes,
  isCellType,
  isFloatType,
} from './cell-type.js';
export { constantOf } from './constant.js';
export { copyWindow, type WindowCopy } from './copy-window.js';
export { integerLimits, noDataFill, storedNoData } from './no-data.js';
export type { Parameter } from './parameter.js';
export { permuteAxes } from './permute-axes.js';
export { type PhysicalCopy, physicalValue, toPhysical, writePhysical } from './physical.js';
export { mergeSummaries, type Summary, summarize } from './summary.js';
