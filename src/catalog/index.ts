export type { Manifest, RunEntry, SegmentEntry } from './manifest.js';
