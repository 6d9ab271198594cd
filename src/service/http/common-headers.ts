/** What pages elsewhere may read of an answer. */
export const exposedHeaders = [
  'Link',
  'ETag',
  'Content-Crs',
  'Content-Disposition',
  'Retry-After',
  'Location',
  'Preference-Applied',
  'Accept-Ranges',
  'Content-Range',
  'Server-Timing',
  'Tilecurve-Work',
  'Tilecurve-Type',
  'Tilecurve-Shape',
  'Tilecurve-Extent',
  'Tilecurve-Scale',
  'Tilecurve-Offset',
  'Tilecurve-No-Data',
  'OATiles-hint',
];

/** What hooks of the framework say with every answer, for answers that are sent ahead of it. */
export const commonHeaders = {
  'x-content-type-options': 'nosniff',
  'access-control-allow-origin': '*',
  'access-control-expose-headers': exposedHeaders.join(', '),
} as const;
