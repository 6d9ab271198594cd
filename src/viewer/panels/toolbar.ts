import { button, element } from '../elements.js';
import type { Tool } from '../state/address.js';
import type { Scene } from '../state/scene.js';
import { type IconName, icon } from './icons.js';

const tools: readonly { readonly tool: Tool; readonly label: string; readonly key: string }[] = [
  { tool: 'place', label: 'Place', key: '1' },
  { tool: 'box', label: 'Box', key: '2' },
  { tool: 'polygon', label: 'Polygon', key: '3' },
  { tool: 'path', label: 'Section', key: '4' },
];

/** What the toolbar asks for. */
export interface ToolEvents {
  readonly onTool: (tool: Tool) => void;
  readonly onCompare: () => void;
  readonly onCurve: () => void;
}

/** Buttons on the map: what pointing does, comparison, curve. */
export class Toolbar {
  readonly #tools: ReadonlyMap<Tool, HTMLButtonElement>;
  readonly #compare: HTMLButtonElement;
  readonly #curve: HTMLButtonElement;

  constructor(root: HTMLElement, { onTool, onCompare, onCurve }: ToolEvents) {
    this.#tools = new Map(
      tools.map(({ tool, label, key }) => [
        tool,
        toolButton(tool, `${label} (${key})`, label, () => onTool(tool)),
      ]),
    );
    this.#compare = toolButton('compare', 'Compare two sides (C)', 'Compare', onCompare);
    this.#curve = toolButton('curve', 'Curve and query plan (K)', 'Curve', onCurve);
    const group = element(
      'div',
      { class: 'group', role: 'group', 'aria-label': 'Pointing at the map' },
      ...this.#tools.values(),
    );
    const views = element(
      'div',
      { class: 'group', role: 'group', 'aria-label': 'Views' },
      this.#compare,
      this.#curve,
    );
    root.append(group, views);
  }

  show({ tool, compared, curve }: Scene): void {
    for (const [name, one] of this.#tools) one.setAttribute('aria-pressed', String(name === tool));
    this.#compare.setAttribute('aria-pressed', String(compared !== undefined));
    this.#curve.setAttribute('aria-pressed', String(curve !== undefined));
  }
}

function toolButton(name: IconName, title: string, label: string, onClick: () => void): HTMLButtonElement {
  const made = button(icon(name), onClick, { title, 'aria-pressed': 'false' });
  made.append(element('span', {}, label));
  return made;
}
