import { CorruptionError, UnsupportedError } from '../../errors/index.js';

/** Where a record lies. */
export interface RecordPlace {
  readonly path: string;
  readonly offset: number;
  readonly index: number;
}

/** What `decode` makes of a record; what is wrong with its content says where it lies, too. */
export function atRecord<T>({ path, offset, index }: RecordPlace, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (!(cause instanceof CorruptionError || cause instanceof UnsupportedError)) throw cause;
    const fields = { path, offset, index, ...cause.fields };
    throw cause instanceof CorruptionError
      ? new CorruptionError(cause.message, fields, { cause })
      : new UnsupportedError(cause.message, fields, { cause });
  }
}
