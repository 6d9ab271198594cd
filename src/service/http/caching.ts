/** Of the newest snapshot: a copy has to be asked about each time. */
export const newestCaching = 'no-cache';

/** Of a tag: it can be taken off and put on another snapshot, or on a layer written anew, which copies learn after this. */
export const taggedCaching = 'public, max-age=60';

/** Of an address that names its snapshot: there is never anything else at it. */
export const snapshotCaching = 'public, max-age=31536000, immutable';
