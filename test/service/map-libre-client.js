// What MapLibre does with what the service describes; the test has it run in a browser, on a page of another origin.
const size = 256;
// By an address that only the page has.
const { Map: LibreMap, setWorkerUrl } = await import(new URL('/maplibre-gl.mjs', location.origin).href);
setWorkerUrl('/maplibre-gl-worker.mjs');

/** A map whose middle is a place; calls back when it is drawn, and is taken away after that. */
async function withMap({ source, layers, center }, use) {
  const container = document.createElement('div');
  container.style.cssText = `width:${size}px;height:${size}px`;
  document.body.replaceChildren(container);
  const map = new LibreMap({
    container,
    center,
    zoom: 1,
    attributionControl: false,
    fadeDuration: 0,
    canvasContextAttributes: { preserveDrawingBuffer: true },
    style: { version: 8, sources: { tiles: source }, layers },
  });
  const [urls, errors] = [[], []];
  map.on('data', ({ tile }) => tile && urls.push(String(tile.tileID.canonical)));
  map.on('error', ({ error }) => errors.push(error.message));
  await map.once('idle');
  const result = await use(map);
  map.remove();
  return { urls, errors, ...result };
}

/** By TileJSON: the colour in the middle of the map. */
export function drawTileJson(url, center) {
  const source = { type: 'raster', url, tileSize: 256 };
  const layers = [
    { id: 'tiles', type: 'raster', source: 'tiles', paint: { 'raster-resampling': 'nearest' } },
  ];
  return withMap({ source, layers, center }, (map) => {
    const gl = map.getCanvas().getContext('webgl2');
    const colour = new Uint8Array(4);
    gl.readPixels(size / 2, size / 2, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, colour);
    return { colour: [...colour] };
  });
}

/** By codes of values in pictures: the value in the middle of the map, as the height of its terrain. */
export async function heightAt({ tiles, offset, scale }, center) {
  const source = {
    type: 'raster-dem',
    tiles: [tiles],
    tileSize: 256,
    maxzoom: 4,
    encoding: 'custom',
    redFactor: 65536 * scale,
    greenFactor: 256 * scale,
    blueFactor: scale,
    baseShift: scale - offset,
  };
  const { height } = await withMap({ source, layers: [], center }, async (map) => {
    map.setTerrain({ source: 'tiles' });
    await map.once('idle');
    return { height: map.queryTerrainElevation(center) };
  });
  return height;
}
