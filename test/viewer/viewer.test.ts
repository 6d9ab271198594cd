import { describe } from 'vitest';
import { hasChromium } from './browser.js';
import { openedViewer } from './opened-viewer.js';
import { accessTests } from './suites/access.js';
import { addressTests } from './suites/address.js';
import { colourTests } from './suites/colours.js';
import { compareTests } from './suites/compare.js';
import { curveTests } from './suites/curve.js';
import { failureTests } from './suites/failures.js';
import { loadTests } from './suites/load.js';
import { placeTests } from './suites/place.js';
import { shapeTests } from './suites/shape.js';
import { timeTests } from './suites/time.js';

// One file, so that all of it shares a service, a browser and a page: loading a page is most of what such tests cost.
describe.skipIf(!hasChromium)('viewer', () => {
  const viewer = openedViewer();
  describe('at its first view', () => loadTests(viewer));
  describe('through time', () => timeTests(viewer));
  describe('in colours', () => colourTests(viewer));
  describe('at a place', () => placeTests(viewer));
  describe('inside a shape', () => shapeTests(viewer));
  describe('comparing', () => compareTests(viewer));
  describe('with the curve', () => curveTests(viewer));
  describe('by its address', () => addressTests(viewer));
  describe('when something fails', () => failureTests(viewer));
  describe('for everybody', () => accessTests(viewer));
});
