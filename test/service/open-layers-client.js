import { WMTSCapabilities } from 'ol/format.js';
import TileLayer from 'ol/layer/Tile.js';
import OlMap from 'ol/Map.js';
import { optionsFromCapabilities } from 'ol/source/WMTS.js';
import { OGCMapTile, WMTS, XYZ } from 'ol/source.js';
import View from 'ol/View.js';

// What OpenLayers does with what the service describes; the test has it run in a browser, on a page of another origin.

/** Draws a source in its own projection; gives the addresses of its tiles and the colour at a pixel of the map. */
async function draw(source, [x, y]) {
  const size = 256;
  const target = document.createElement('div');
  target.style.cssText = `width:${size}px;height:${size}px`;
  document.body.replaceChildren(target);
  const urls = [];
  const errors = [];
  source.on('tileloadend', ({ tile }) => urls.push(tile.src_ ?? tile.key));
  source.on('tileloaderror', ({ tile }) => errors.push(tile.src_ ?? tile.key));
  const projection = source.getProjection();
  const grid = source.getTileGrid();
  const view = new View({
    projection,
    center: [0, 0],
    resolution: grid.getResolution(0),
    constrainResolution: false,
  });
  const map = new OlMap({ target, view, layers: [new TileLayer({ source })], controls: [], pixelRatio: 1 });
  await new Promise((resolve) => map.once('rendercomplete', resolve));
  const canvas = target.querySelector('canvas');
  const colour = [...canvas.getContext('2d').getImageData(x, y, 1, 1).data];
  map.setTarget(undefined);
  return { urls, errors, colour, projection: projection.getCode(), zooms: grid.getMaxZoom() };
}

/** By WMTS capabilities. */
export async function drawWmts(url, config, pixel) {
  const text = await (await fetch(url)).text();
  const capabilities = new WMTSCapabilities().read(text);
  const options = optionsFromCapabilities(capabilities, config);
  return {
    dimensions: options.dimensions,
    ...(await draw(new WMTS({ ...options, crossOrigin: '' }), pixel)),
  };
}

/** By the metadata of a tileset. */
export async function drawTileset(url, pixel) {
  const source = new OGCMapTile({ url, crossOrigin: '' });
  await new Promise((resolve, reject) => {
    source.on('change', () => {
      if (source.getState() === 'ready') resolve();
      if (source.getState() === 'error') reject(source.error_ ?? new Error('the source failed'));
    });
  });
  return draw(source, pixel);
}

/** By TileJSON. */
export async function drawTileJson(url, pixel) {
  const { tiles, minzoom, maxzoom } = await (await fetch(url)).json();
  return draw(new XYZ({ urls: tiles, minZoom: minzoom, maxZoom: maxzoom, crossOrigin: '' }), pixel);
}
