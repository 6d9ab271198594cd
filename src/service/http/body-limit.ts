/** Largest body of a request that is read. */
export const maxBodyBytes = 1024 * 1024;
