import type { CodecName } from '../../codec/index.js';
import type { Parameter } from '../../raster/index.js';
import type { TileLayout } from '../tile-layout.js';

/** How the tiles of one parameter are encoded. */
export interface TileEncoding {
  readonly parameter: Parameter;
  readonly layout: TileLayout;
  readonly codec: CodecName;
}
