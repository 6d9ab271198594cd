import type { LegendBook } from '../api/legend.js';
import type { CurvePlan } from '../api/plan.js';
import { byId } from '../elements.js';
import type { Address } from '../state/address.js';
import type { Bbox } from '../state/place.js';
import type { Scene } from '../state/scene.js';
import { CurvePanel, type PlannedKind } from './curve-panel.js';
import { PlacePanel } from './place-panel.js';
import { ShapePanel } from './shape-panel.js';

/** What the results ask for. */
export interface ResultsEvents {
  readonly onChange: (change: { readonly [K in keyof Address]?: Address[K] | undefined }) => void;
  readonly onPlan: (plan: CurvePlan | undefined) => void;
  readonly viewBbox: () => Bbox;
  readonly legends: LegendBook;
  readonly say: (text: string) => void;
}

/** The cards beside the map: place, shape, curve. */
export class Results {
  readonly #root = byId('results');
  readonly #place: PlacePanel;
  readonly #shape: ShapePanel;
  readonly #curve: CurvePanel;
  readonly #viewBbox: () => Bbox;
  #planned: PlannedKind = 'view';
  #last: Scene | undefined;

  constructor({ onChange, onPlan, viewBbox, legends, say }: ResultsEvents) {
    this.#viewBbox = viewBbox;
    this.#place = new PlacePanel({ onClose: () => this.#close({ place: undefined }, onChange), say });
    this.#shape = new ShapePanel({
      onClose: () => this.#close({ shape: undefined, tool: undefined }, onChange),
      onShape: (shape) => onChange({ shape, tool: shape.kind }),
      viewBbox,
      legends,
      say,
    });
    this.#curve = new CurvePanel({
      onClose: () => this.#close({ curve: undefined }, onChange),
      onLevel: (curve) => onChange({ curve }),
      onKind: (kind) => {
        this.#planned = kind;
        if (this.#last) this.#showCurve(this.#last);
      },
      onPlan,
    });
    this.#root.append(this.#curve.card.root, this.#shape.card.root, this.#place.card.root);
  }

  /** Opens and closes the cards that a scene has. */
  open(scene: Scene): void {
    const { place, shape, tool, curve } = scene;
    this.#place.card.isOpen = place !== undefined;
    this.#shape.card.isOpen = tool !== 'place' || shape !== undefined;
    this.#curve.card.isOpen = curve !== undefined;
    this.#root.hidden = ![this.#place, this.#shape, this.#curve].some(({ card }) => card.isOpen);
  }

  /** Asks for what the open cards show; while it plays, they stay as they are. */
  show(scene: Scene, isPlaying: boolean): void {
    this.#planned = newestQuery(this.#last, scene) ?? this.#planned;
    this.#last = scene;
    this.#place.show(scene, isPlaying);
    this.#shape.show(scene, isPlaying);
    if (!isPlaying || scene.curve === undefined) this.#showCurve(scene);
  }

  /** The map has moved. */
  showView(scene: Scene): void {
    if (scene.curve !== undefined) this.#showCurve(scene);
  }

  #showCurve(scene: Scene): void {
    this.#curve.show(scene, { kind: this.#planned, view: this.#viewBbox() });
  }

  /** The button that closed a card is gone: the keyboard goes on at the map. */
  #close(change: Parameters<ResultsEvents['onChange']>[0], onChange: ResultsEvents['onChange']): void {
    onChange(change);
    byId('map').focus();
  }
}

/** The query that was made last, where this scene is one. */
function newestQuery(before: Scene | undefined, scene: Scene): PlannedKind | undefined {
  if (scene.place !== undefined && scene.place !== before?.place) return 'place';
  if (scene.shape !== undefined && scene.shape !== before?.shape) return 'shape';
  return undefined;
}
