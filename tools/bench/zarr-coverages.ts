import { type BigField, bigFieldLatitude, bigFieldLongitude } from '../big-field.js';
import type { ZarrPeer } from './zarr-peer.js';

const POINT = /(-?[\d.]+) (-?[\d.]+)/g;
const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2000, 0, 1);

/**
 * Positions answered from a source as a plain program answers them: zarrita for the values, JSON.stringify for the
 * text. One point has all instants, many points have the first.
 */
export class ZarrCoverages {
  readonly #peer: ZarrPeer;
  readonly #field: BigField;

  constructor(peer: ZarrPeer, field: BigField) {
    this.#peer = peer;
    this.#field = field;
  }

  /** The coverage of `POINT(x y)` or `MULTIPOINT(x y,x y)` as text. */
  async answer(coords: string, isFirst: boolean): Promise<string> {
    const { rows, cols, times } = this.#field;
    const cells = [...coords.matchAll(POINT)].map(([, x, y]) => ({
      col: Math.min(cols - 1, Math.floor(((Number(x) + 180) / 360) * cols)),
      row: Math.min(rows - 1, Math.floor(((90 - Number(y)) / 180) * rows)),
    }));
    const steps = isFirst ? 1 : times;
    if (cells.length > 1) return this.#points(cells);
    const { row, col } = cells[0]!;
    const values = await this.#peer.read([
      [0, steps],
      [row, row + 1],
      [col, col + 1],
    ]);
    const instants = Array.from({ length: steps }, (_, t) => instantText(t));
    const [x, y] = this.#centre({ row, col });
    const axes = { x: { values: [x] }, y: { values: [y] }, t: { values: instants } };
    const domainType = steps > 1 ? 'PointSeries' : 'Point';
    const long = steps > 1 ? { axisNames: ['t'], shape: [steps] } : {};
    return coverageText({ type: 'Domain', domainType, axes }, { ...long, values: Array.from(values) });
  }

  async #points(cells: readonly { row: number; col: number }[]): Promise<string> {
    const { rows, cols } = this.#field;
    const map = await this.#peer.read([
      [0, 1],
      [0, rows],
      [0, cols],
    ]);
    const composite = {
      dataType: 'tuple',
      coordinates: ['x', 'y'],
      values: cells.map((cell) => this.#centre(cell)),
    };
    const axes = { composite, t: { values: [instantText(0)] } };
    const values = cells.map(({ row, col }) => map[row * cols + col]!);
    return coverageText(
      { type: 'Domain', domainType: 'MultiPoint', axes },
      { axisNames: ['composite'], shape: [cells.length], values },
    );
  }

  #centre({ row, col }: { row: number; col: number }): [number, number] {
    return [bigFieldLongitude(this.#field, col), bigFieldLatitude(this.#field, row)];
  }
}

function instantText(time: number): string {
  return new Date(START_MS + time * HOUR_MS).toISOString().replace('.000', '');
}

function coverageText(domain: Record<string, unknown>, range: Record<string, unknown>): string {
  const label = { en: 'A warm belt with a travelling wave' };
  return JSON.stringify({
    type: 'Coverage',
    domain,
    parameters: { field: { type: 'Parameter', id: 'field', label, observedProperty: { label } } },
    ranges: { field: { type: 'NdArray', dataType: 'float', ...range } },
  });
}
