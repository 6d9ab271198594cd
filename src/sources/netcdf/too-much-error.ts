/** The file asks for more than is allowed, without being damaged for that. */
export class TooMuchError extends Error {}
