import { drawingOf } from '../api/styles.js';
import { byId, checkbox, element, field, fillSelect } from '../elements.js';
import { type ColourChoice, classCounts, type Scale } from '../state/colour-choice.js';
import { type Colours, drawingsOf, hasRange, styleText } from '../state/colours.js';
import { parseNumber } from '../state/number-text.js';
import type { Scene } from '../state/scene.js';
import { OwnStyle } from './own-style.js';
import { rampOptions } from './ramp-options.js';
import { RangeControl } from './range-control.js';

const scaleOptions: readonly { readonly value: Scale; readonly label: string }[] = [
  { value: 'linear', label: 'Linear' },
  { value: 'log', label: 'Logarithmic' },
  { value: 'diverging', label: 'Diverging' },
  { value: 'classes', label: 'Classes' },
];
const noRamp = { value: '', label: 'One colour' };
const ownRamp = { value: 'own', label: 'Own style' };
/** Decades that a logarithm reaches down where the layer begins at 0. */
const decades = 3;

/** What the panel asks for. */
export interface ColoursEvents {
  readonly onChoice: (choice: ColourChoice) => void;
  /** The range of the data in view; `undefined` where no two values differ. */
  readonly rangeInView: () => Promise<readonly [number, number] | undefined>;
}

/** What is drawn, in which colours, and over which range of values. */
export class ColoursPanel {
  readonly #drawing = element('select', { id: 'drawing' });
  readonly #ramp = element('select', { id: 'style', class: 'shows-swatches' });
  readonly #scale = element('select', { id: 'scale' });
  readonly #scaleField: HTMLElement;
  readonly #centre = element('input', {
    type: 'text',
    inputmode: 'decimal',
    id: 'centre',
    autocomplete: 'off',
  });
  readonly #centreField: HTMLElement;
  readonly #classes = element('input', {
    type: 'number',
    id: 'classes',
    min: String(classCounts.least),
    max: String(classCounts.most),
  });
  readonly #classesField: HTMLElement;
  readonly #range: RangeControl;
  readonly #own: OwnStyle;
  readonly #reversed;
  readonly #smooth;
  readonly #note = element('p', { class: 'note', role: 'status' });
  readonly #onChoice: ColoursEvents['onChoice'];
  readonly #rangeInView: ColoursEvents['rangeInView'];
  #choice: ColourChoice = {};
  #colours: Colours | undefined;

  constructor({ onChoice, rangeInView }: ColoursEvents) {
    this.#onChoice = onChoice;
    this.#rangeInView = rangeInView;
    fillSelect(this.#scale, scaleOptions, 'linear');
    this.#reversed = checkbox('Reversed', (isReversed) => this.#choose({ isReversed }));
    this.#smooth = checkbox('Smooth', (isSmooth) => this.#choose({ isSmooth }), { id: 'smooth' });
    this.#range = new RangeControl({
      onRange: (range) => this.#choose({ range }),
      onReset: () => this.#choose({}, ['range']),
      onFit: () => void this.#fit(),
      say: (note) => this.say(note),
    });
    this.#own = new OwnStyle((style) => this.#choose({ style }, ['range', 'drawing', 'scale']));
    this.#scaleField = field('Scale', this.#scale);
    this.#centreField = field('Middle value', this.#centre);
    this.#classesField = field('Classes', this.#classes);
    this.#listen();
    byId('colours').append(
      field('Drawn as', this.#drawing),
      field('Colours', this.#ramp),
      this.#range.root,
      element('div', { class: 'pair' }, this.#scaleField, this.#centreField, this.#classesField),
      element('div', { class: 'checks' }, this.#reversed.label, this.#smooth.label),
      this.#note,
      this.#own.root,
    );
  }

  show({ colours, selection, styles }: Scene, choice: ColourChoice = {}): void {
    this.#choice = choice;
    this.#colours = colours;
    const { drawing, ramp, own, scale, centre, classes } = colours;
    const drawings = drawingsOf(selection, styles).map(({ id, title }) => ({ value: id, label: title }));
    fillSelect(this.#drawing, [{ value: 'colours', label: 'Coloured cells' }, ...drawings], drawing);
    const ramps = rampOptions(styles);
    const others = [...(drawing === 'colours' ? [] : [noRamp]), ...(own === undefined ? [] : [ownRamp])];
    fillSelect(this.#ramp, [...others, ...ramps], own === undefined ? (ramp?.id ?? '') : ownRamp.value);
    this.#range.root.hidden = !hasRange(colours);
    this.#range.show(colours, colours.parameters.length > 1 ? undefined : selection.parameter.range);
    this.#scaleField.hidden = ramp === undefined || ramp.kind === 'categorical';
    this.#scale.value = scale;
    this.#centreField.hidden = scale !== 'diverging';
    this.#classesField.hidden = scale !== 'classes';
    showNumber(this.#centre, centre);
    showNumber(this.#classes, classes);
    this.#reversed.label.hidden = ramp === undefined;
    this.#reversed.input.checked = colours.isReversed;
    this.#smooth.label.hidden = drawing !== 'colours';
    this.#smooth.input.checked = colours.isSmooth;
    this.#own.show(styleText(colours), { isOwn: own !== undefined });
  }

  say(note: string): void {
    this.#note.textContent = note;
  }

  #listen(): void {
    this.#drawing.addEventListener('change', () => this.#chooseDrawing());
    this.#ramp.addEventListener('change', () => this.#chooseRamp());
    this.#scale.addEventListener('change', () => this.#chooseScale(this.#scale.value as Scale));
    this.#centre.addEventListener('change', () => this.#type('centre'));
    this.#classes.addEventListener('change', () => this.#type('classes'));
  }

  #type(name: 'centre' | 'classes'): void {
    const input = { centre: this.#centre, classes: this.#classes }[name];
    const value = parseNumber(input.value);
    input.setAttribute('aria-invalid', String(value === undefined));
    if (value !== undefined) this.#choose({ [name]: value });
    else this.say(`The ${name === 'centre' ? 'middle value' : 'count of classes'} has to be a number.`);
  }

  /** Speeds, heights and lines have ranges of their own. */
  #chooseDrawing(): void {
    const drawing = drawingOf(this.#drawing.value)!;
    const isPlain = drawing === 'colours' || this.#colours?.drawing === 'colours';
    this.#choose({ drawing }, [...(isPlain ? (['style'] as const) : []), 'range', 'scale']);
  }

  #chooseRamp(): void {
    const style = this.#ramp.value;
    if (style === ownRamp.value) return;
    const { drawing } = this.#colours!;
    if (style === '') this.#choose({ drawing }, ['style', 'scale']);
    else this.#choose({ style, drawing });
  }

  /** A logarithm needs a lowest value above 0. */
  #chooseScale(scale: Scale): void {
    const { range, classes } = this.#colours!;
    const [low, high] = range;
    if (scale === 'log' && high <= 0) {
      this.#scale.value = this.#colours!.scale;
      this.say('A logarithm needs values above 0.');
      return;
    }
    const above = Number((high / 10 ** decades).toPrecision(1));
    this.#choose({
      scale,
      ...(scale === 'log' && low <= 0 && { range: [above, high] }),
      ...(scale === 'classes' && { classes }),
    });
  }

  async #fit(): Promise<void> {
    this.say('Asking\u2026');
    const before = this.#colours;
    try {
      const range = await this.#rangeInView();
      // Others have been chosen meanwhile.
      if (before !== this.#colours) this.say('');
      else if (range === undefined) this.say('No two values differ in view.');
      else this.#choose({ range });
    } catch (error) {
      this.say((error as Error).message);
    }
  }

  #choose(choice: ColourChoice, without: readonly (keyof ColourChoice)[] = []): void {
    this.say('');
    const kept = Object.entries(this.#choice).filter(
      ([name]) => !without.includes(name as keyof ColourChoice),
    );
    this.#onChoice({ ...Object.fromEntries(kept), ...choice });
  }
}

/** What is being typed stays. */
function showNumber(input: HTMLInputElement, value: number): void {
  if (document.activeElement === input) return;
  input.value = String(value);
  input.setAttribute('aria-invalid', 'false');
}
