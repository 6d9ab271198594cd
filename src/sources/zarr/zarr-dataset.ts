import { checkChunkBytes, type Dataset, type Variable, type VariableLayout } from '../cf/dataset.js';
import type { OpenSourceOptions } from '../source.js';
import type { StoreDirectory } from './store-directory.js';
import { ZarrArray } from './zarr-array.js';
import { readZarrGroup } from './zarr-group.js';
import { type ArrayMetadata, decodedChunkBytes } from './zarr-metadata.js';
import type { ZarrGroup, ZarrNode } from './zarr-node.js';

/** The arrays of a Zarr group as a data set. Holds nothing open between reads. */
export async function openZarrDataset(
  directory: StoreDirectory,
  { maxChunkBytes, signal }: OpenSourceOptions,
): Promise<Dataset> {
  const group = await readZarrGroup(directory, signal);
  const open = (node: ZarrNode) => {
    const metadata = node.metadata();
    checkChunkBytes({ name: node.name, decodedBytes: decodedChunkBytes(metadata), maxChunkBytes });
    return new ZarrArray(directory, node.name, metadata);
  };
  const variables = [...group.nodes.values()].map(
    (node): Variable => ({
      name: node.name,
      attributes: node.attributes,
      dims: node.dims,
      layout: () => layoutOf(node.metadata(), group.format),
      open: () => open(node),
    }),
  );
  return {
    attributes: group.attributes,
    variables: new Map(variables.map((variable) => [variable.name, variable])),
    close: async () => {},
  };
}

function layoutOf(metadata: ArrayMetadata, format: ZarrGroup['format']): VariableLayout {
  const { shape, chunkShape, element } = metadata;
  const fill = maskingFill(metadata, format);
  return {
    shape,
    chunkShape,
    element: element.kind === 'fixed-text' ? { kind: 'text' } : element,
    ...(fill === undefined ? {} : { fill }),
  };
}

/** Version 2 keeps `_FillValue` as the array's fill value; in version 3 a zero is only the writer's default. */
function maskingFill({ fill }: ArrayMetadata, format: ZarrGroup['format']): number | undefined {
  if (typeof fill !== 'number' || (format === 3 && fill === 0)) return undefined;
  return fill;
}
