import { type LegendBook, legendAddress } from '../api/legend.js';
import { fetchTrajectory } from '../api/queries.js';
import { fetchStatistics } from '../api/statistics.js';
import { button, element } from '../elements.js';
import { legendColour } from '../state/legend-scale.js';
import { formatQuantity } from '../state/number-text.js';
import { type Bbox, type PathSample, type Shape, samplePath } from '../state/place.js';
import { chartSide, type Scene } from '../state/scene.js';
import { choiceOf, levelsOf } from '../state/selection.js';
import { AskedPart, Card } from './card.js';
import { sectionContent } from './section-content.js';
import { ShapeInput } from './shape-input.js';
import { statisticsContent } from './statistics-content.js';

const titles = { box: 'Box', polygon: 'Polygon', path: 'Section' } as const;
const pathSamples = 160;

/** Statistics of a box or polygon, or the section along a path. */
export class ShapePanel {
  readonly card: Card;
  readonly #input: ShapeInput;
  readonly #part = new AskedPart();
  readonly #say: (text: string) => void;
  readonly #legends: LegendBook;
  #layerBbox: Bbox | undefined;

  constructor({
    onClose,
    onShape,
    viewBbox,
    legends,
    say,
  }: {
    readonly onClose: () => void;
    readonly onShape: (shape: Shape) => void;
    /** What the map shows. */
    readonly viewBbox: () => Bbox;
    readonly legends: LegendBook;
    readonly say: (text: string) => void;
  }) {
    this.card = new Card('shape', onClose);
    this.#say = say;
    this.#legends = legends;
    this.#input = new ShapeInput(onShape);
    const useBox = (bbox: Bbox) => onShape({ kind: 'box', bbox });
    const boxes = element(
      'div',
      { class: 'buttons only-box' },
      button('What the map shows', () => useBox(viewBbox())),
      button('Whole layer', () => useBox(this.#layerBbox!)),
    );
    this.card.body.append(this.#input.root, boxes, this.#part.root);
  }

  show(scene: Scene, isPlaying: boolean): void {
    const { shape, tool } = scene;
    this.#layerBbox = scene.selection.layer.bbox;
    const kind = tool === 'place' ? shape?.kind : tool;
    if (kind === undefined) {
      this.#part.clear();
      return;
    }
    this.card.title = titles[kind];
    this.card.root.dataset.kind = kind;
    const own = shape?.kind === kind ? shape : undefined;
    this.#input.show(kind, own);
    if (own === undefined) {
      this.#part.clear();
      return;
    }
    if (isPlaying) return;
    if (own.kind === 'path') this.#askSection(scene, samplePath(own.points, pathSamples));
    else this.#askStatistics(scene, own);
  }

  #askStatistics(scene: Scene, shape: Shape): void {
    const { selection } = scene;
    const { parameter } = selection;
    this.#part.ask(JSON.stringify([choiceOf(selection), shape, this.#coloursKey(scene)]), {
      load: (signal) => fetchStatistics(selection, shape, signal),
      show: async (statistics) => {
        const mean = formatQuantity(statistics.mean, parameter.unit);
        this.#say(`${parameter.title}: mean ${mean} of ${statistics.valid} cells`);
        return statisticsContent(statistics, {
          title: parameter.title,
          unit: parameter.unit,
          colour: await this.#colourOf(scene),
        });
      },
      empty: 'No cell of the layer lies inside.',
    });
  }

  #askSection(scene: Scene, samples: readonly PathSample[]): void {
    const { selection } = scene;
    const levels = levelsOf(selection);
    const isAllLevels = levels !== undefined && levels.values.length > 1;
    const { z, ...rest } = choiceOf(selection);
    const key = JSON.stringify([isAllLevels ? rest : { ...rest, z }, z, samples, this.#coloursKey(scene)]);
    this.#part.ask(key, {
      load: async (signal) => {
        const coverages = await fetchTrajectory(selection, { places: samples, isAllLevels }, signal);
        return coverages.length === 0 ? undefined : coverages;
      },
      show: async (coverages) =>
        sectionContent(coverages, { selection, samples, colour: await this.#colourOf(scene) }),
      empty: 'The path meets no cell of the layer.',
    });
  }

  #coloursKey(scene: Scene): string {
    return legendAddress(chartSide(scene));
  }

  /** The colours of the map; charts of a style that has none for values have none either. */
  async #colourOf(scene: Scene): Promise<(value: number) => string | undefined> {
    const legend = await this.#legends.get(chartSide(scene)).catch(() => undefined);
    return (value) => legend && legendColour(legend, value);
  }
}
