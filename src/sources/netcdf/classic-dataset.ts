import { CorruptionError, TilecurveError, UnsupportedError } from '../../errors/index.js';
import type { Dataset, Variable, VariableLayout } from '../cf/dataset.js';
import { once } from '../once.js';
import { readClassicHeader } from './classic-header.js';
import { type PlacedVariable, placeVariables } from './classic-placement.js';
import { ClassicVariable } from './classic-variable.js';
import { contiguousBlocks } from './contiguous-blocks.js';
import { defaultFill } from './default-fill.js';
import { RandomFile } from './random-file.js';

/** The variables of a classic NetCDF file as a data set. Keeps the file open. */
export async function openClassicDataset(
  path: string,
  { maxChunkBytes }: { readonly maxChunkBytes: number },
): Promise<Dataset> {
  const file = await RandomFile.open(path);
  try {
    const header = await readClassicHeader(file);
    const variables = placeVariables(header, file.sizeBytes).map((placed) =>
      variableOf(file, placed, maxChunkBytes),
    );
    return {
      attributes: header.attributes,
      variables: new Map(variables.map((variable) => [variable.name, variable])),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw naming(path, error);
  }
}

/** What is wrong with a header is told with the file's name. */
function naming(path: string, error: unknown): unknown {
  if (!(error instanceof TilecurveError)) return error;
  const Kind = error.code === 'CORRUPTION' ? CorruptionError : UnsupportedError;
  if (error.code !== 'CORRUPTION' && error.code !== 'UNSUPPORTED') return error;
  return new Kind(error.message, { path, ...error.fields }, { cause: error });
}

function variableOf(file: RandomFile, placed: PlacedVariable, maxChunkBytes: number): Variable {
  const { name, attributes, dimensions, type } = placed.entry;
  const names = dimensions.map((dimension) => dimension.name);
  return {
    name,
    attributes,
    // The last dimension of characters is the length of the text.
    dims: type.element.kind === 'text' ? names.slice(0, -1) : names,
    layout: once(() => {
      checkPresent(placed, file);
      return layoutOf(placed, maxChunkBytes);
    }),
    open: () => new ClassicVariable(file, placed),
  };
}

function layoutOf({ entry, lengths }: PlacedVariable, maxChunkBytes: number): VariableLayout {
  const { element, bytes } = entry.type;
  const shape = element.kind === 'text' ? lengths.slice(0, -1) : lengths;
  const fill = element.kind === 'cell' ? defaultFill(element.type) : undefined;
  return {
    shape,
    chunkShape: contiguousBlocks(shape, { cellBytes: bytes, maxChunkBytes }),
    element,
    ...(fill === undefined ? {} : { fill }),
  };
}

function checkPresent({ entry, lengths, endByte }: PlacedVariable, file: RandomFile): void {
  if (lengths.includes(0))
    throw new UnsupportedError('array has no cells: a dimension of length 0', { array: entry.name });
  if (endByte > file.sizeBytes)
    throw new CorruptionError('file is cut short', {
      path: file.path,
      array: entry.name,
      found: file.sizeBytes,
      expected: endByte,
    });
}
