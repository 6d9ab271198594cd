/** What the address names; parts that are absent or unknown fall back to the layer's first. */
export interface Address {
  readonly layer?: string;
  readonly parameter?: string;
  readonly datetime?: string;
  readonly z?: string;
  /** Custom axes: name -> value. */
  readonly axes: Readonly<Record<string, string>>;
  readonly view?: MapView;
}

/** Where the map looks: degrees and zoom. */
export interface MapView {
  readonly longitude: number;
  readonly latitude: number;
  readonly zoom: number;
}

const axisPrefix = 'axis.';

/** Reads an address fragment such as `#layer=surface&datetime=2026-06-21T00:00:00Z&view=2/10/50`. */
export function parseAddress(fragment: string): Address {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const axes = [...fields].filter(([name]) => name.startsWith(axisPrefix));
  const view = parseView(fields.get('view'));
  const named = ['layer', 'parameter', 'datetime', 'z'].flatMap((name) => {
    const value = fields.get(name);
    return value === null ? [] : [[name, value]];
  });
  return {
    ...Object.fromEntries(named),
    axes: Object.fromEntries(axes.map(([name, value]) => [name.slice(axisPrefix.length), value])),
    ...(view && { view }),
  };
}

/** The fragment that `parseAddress` reads back. */
export function formatAddress(address: Address): string {
  const fields: [string, string | undefined][] = [
    ['layer', address.layer],
    ['parameter', address.parameter],
    ['datetime', address.datetime],
    ['z', address.z],
    ...Object.entries(address.axes).map(([name, value]): [string, string] => [axisPrefix + name, value]),
    ['view', address.view && formatView(address.view)],
  ];
  const text = fields.flatMap(([name, value]) =>
    value === undefined ? [] : `${encodeField(name)}=${encodeField(value)}`,
  );
  return `#${text.join('&')}`;
}

/** Percent-encoding that leaves times and views readable. */
function encodeField(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%2F', '/');
}

function parseView(text: string | null): MapView | undefined {
  const [zoom, longitude, latitude] = (text ?? '').split('/').map(Number);
  if (![zoom, longitude, latitude].every(Number.isFinite)) return undefined;
  return { zoom: zoom!, longitude: longitude!, latitude: latitude! };
}

function formatView({ zoom, longitude, latitude }: MapView): string {
  return `${zoom.toFixed(2)}/${longitude.toFixed(3)}/${latitude.toFixed(3)}`;
}
