export { describeError } from './describe-error.js';
export {
  ConflictError,
  CorruptionError,
  type ErrorCode,
  type ErrorFields,
  InvalidArgumentError,
  NotFoundError,
  TilecurveError,
  UnavailableError,
  UnsupportedError,
} from './tilecurve-error.js';
