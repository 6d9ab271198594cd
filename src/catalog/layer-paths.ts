const SEQUENCE_DIGITS = 14;

/** Folder of a layer in its store, with a trailing slash. */
export function layerFolder(layer: string): string {
  return `layers/${layer}/`;
}

/** Identity of a layer: written once, before anything else. */
export function identityPath(layer: string): string {
  return `${layerFolder(layer)}layer.json`;
}

/** The hint that names the newest manifest. */
export function currentPath(layer: string): string {
  return `${layerFolder(layer)}CURRENT`;
}

/** Folder of a layer's manifests, with a trailing slash. */
export function manifestFolder(layer: string): string {
  return `${layerFolder(layer)}manifests/`;
}

/** Manifest number `sequence`; fixed width, so that a sorted listing is in order. */
export function manifestPath(layer: string, sequence: number): string {
  return `${manifestFolder(layer)}${String(sequence).padStart(SEQUENCE_DIGITS, '0')}.json`;
}

/** The sequence a manifest's file name carries; undefined for any other name. */
export function parseManifestName(name: string): number | undefined {
  const match = /^(\d{14})\.json$/.exec(name);
  return match ? Number(match[1]) : undefined;
}

/** Folder of the heads of a layer's manifests, with a trailing slash. */
export function headFolder(layer: string): string {
  return `${layerFolder(layer)}heads/`;
}

/** Head of manifest number `sequence`; the same name in another folder. */
export function headPath(layer: string, sequence: number): string {
  return `${headFolder(layer)}${String(sequence).padStart(SEQUENCE_DIGITS, '0')}.json`;
}

/** Folder of a layer's tags, with a trailing slash. */
export function tagFolder(layer: string): string {
  return `${layerFolder(layer)}tags/`;
}

/** The tag called `name`. */
export function tagPath(layer: string, name: string): string {
  return `${tagFolder(layer)}${name}.json`;
}

/** The named places of a layer. */
export function locationsPath(layer: string): string {
  return `${layerFolder(layer)}locations.json`;
}

/** Folder of a layer's segments, with a trailing slash. */
export function segmentFolder(layer: string): string {
  return `${layerFolder(layer)}tiles/`;
}
