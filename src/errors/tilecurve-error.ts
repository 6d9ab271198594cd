/** Stable identifiers of the six error classes; listed in docs/errors.md. */
export type ErrorCode =
  | 'NOT_FOUND'
  | 'CORRUPTION'
  | 'INVALID_ARGUMENT'
  | 'CONFLICT'
  | 'UNSUPPORTED'
  | 'UNAVAILABLE';

/** What an error is about: names to plain values (path, key, expected, found, ...). */
export type ErrorFields = Readonly<Record<string, unknown>>;

/** Base of all errors tilecurve throws on purpose. `message` names what failed, `fields` say which one. */
export abstract class TilecurveError extends Error {
  abstract readonly code: ErrorCode;
  readonly fields: ErrorFields;

  constructor(message: string, fields: ErrorFields = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.fields = fields;
  }
}

/** Something asked for by name does not exist. Reaction: ask for something else. */
export class NotFoundError extends TilecurveError {
  readonly code = 'NOT_FOUND';
}

/** Stored bytes are not what was written. Reaction: restore or rewrite the named file. */
export class CorruptionError extends TilecurveError {
  readonly code = 'CORRUPTION';
}

/** The caller's input is wrong. Reaction: correct the named argument. */
export class InvalidArgumentError extends TilecurveError {
  readonly code = 'INVALID_ARGUMENT';
}

/** Somebody else changed the same thing first. Reaction: read again and retry. */
export class ConflictError extends TilecurveError {
  readonly code = 'CONFLICT';
}

/** Valid input that this version cannot handle. Reaction: convert the input or use another option. */
export class UnsupportedError extends TilecurveError {
  readonly code = 'UNSUPPORTED';
}

/** The environment refuses (disk full, no permission, overload). Reaction: mend it, then retry. */
export class UnavailableError extends TilecurveError {
  readonly code = 'UNAVAILABLE';
}
