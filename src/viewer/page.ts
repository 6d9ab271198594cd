import { fetchLayers, LayerBook } from './api/layers.js';
import { rangeInView } from './api/range-in-view.js';
import { fetchStyles, type StyleList } from './api/styles.js';
import { byId } from './elements.js';
import { LayerMap } from './map/layer-map.js';
import { Swipe } from './map/swipe.js';
import { Actions } from './panels/actions.js';
import { ColoursPanel } from './panels/colours-panel.js';
import { ComparePanel } from './panels/compare-panel.js';
import { HelpDialog } from './panels/help-dialog.js';
import { LayerPanel } from './panels/layer-panel.js';
import { Legend } from './panels/legend.js';
import { showLinks } from './panels/links.js';
import { Message } from './panels/message.js';
import { Results } from './panels/results.js';
import { listenForShortcuts } from './panels/shortcuts.js';
import { TimeBar } from './panels/time-bar.js';
import { Toolbar } from './panels/toolbar.js';
import type { Address, Tool } from './state/address.js';
import { AddressHistory } from './state/history.js';
import type { ListedLayer } from './state/layer.js';
import type { MapView } from './state/place.js';
import { Player } from './state/player.js';
import { frameOf, labelsOf, type Scene, sceneOf } from './state/scene.js';
import { choiceOf, type Selection, selectIn } from './state/selection.js';
import { Readout } from './values/readout.js';

/** Frames that are fetched ahead: while it plays, and while it does not. */
const aheadPlaying = 8;
const aheadResting = 2;

/** The page: one address, what it means, and everything that shows it. */
export class Page {
  readonly #message = new Message();
  readonly #history = new AddressHistory((address) => void this.#follow(address));
  readonly #layerPanel = new LayerPanel((choice) => this.#choose(choice));
  readonly #colours = new ColoursPanel(byId('colours'), {
    onChoice: (colours) => this.#choose({ colours }),
    onFit: () => void this.#fitRange(),
  });
  readonly #compare = new ComparePanel((compared) => this.#choose({ compared }));
  readonly #timeBar = new TimeBar(byId('time'), {
    onTime: (datetime) => {
      this.#player.pause();
      this.#choose({ datetime });
    },
    onPlay: () => this.#player.toggle(),
    onSpeed: (stepsPerSecond) => {
      this.#player.stepsPerSecond = stepsPerSecond;
    },
  });
  readonly #legend = new Legend();
  readonly #swipe = new Swipe(byId('swipe-box'), (at) => {
    const { compared } = this.#address;
    if (compared) this.#choose({ compared: { ...compared, at } });
  });
  readonly #toolbar = new Toolbar(byId('tools'), {
    onTool: (tool) => this.#takeTool(tool),
    onCompare: () => this.#toggleCompare(),
    onCurve: () => this.#choose({ curve: this.#scene?.curve === undefined ? 0 : undefined }),
  });
  readonly #readout = new Readout({
    onValue: (value) => this.#legend.point(value),
    say: (text) => this.#say(text),
  });
  readonly #results = new Results({
    onChange: (change) => this.#choose(change),
    onPlan: (plan) => this.#map.curve.show(plan),
    viewBbox: () => this.#map.bbox,
    say: (text) => this.#say(text),
  });
  readonly #map = new LayerMap(byId('map'), {
    onPlace: (place) => this.#choose({ place }),
    onShape: (shape) => this.#choose({ shape }),
    onVertices: (count) => this.#say(count === 0 ? '' : `${count} ${count === 1 ? 'corner' : 'corners'}`),
    onView: (view) => this.#keepView(view),
    onPointer: (point) => this.#readout.point(point),
    onTiles: () => this.#player.check(),
    onTileError: (reason) => this.#takeTileError(reason),
  });
  readonly #player = new Player({
    count: () => this.#scene?.selection.layer.times.length ?? 0,
    current: () => this.#timeIndex,
    isReady: (index) => this.#map.isReady(frameOf(this.#scene!, this.#scene!.selection.layer.times[index])),
    show: (index) => this.#choose({ datetime: this.#scene!.selection.layer.times[index]! }),
    onState: (isPlaying) => {
      this.#timeBar.isPlaying = isPlaying;
      this.#show();
    },
  });
  readonly #book = new LayerBook();
  #layers: readonly ListedLayer[] = [];
  #styles: StyleList = { styles: [], isFromService: false };
  #address: Address = { axes: {} };
  #scene: Scene | undefined;
  #turn = 0;

  async start(): Promise<void> {
    const help = new HelpDialog();
    const actions = new Actions(byId('actions'), {
      onHelp: () => help.open(),
      say: (text) => this.#say(text),
    });
    listenForShortcuts({
      '?': () => help.open(),
      ' ': () => this.#player.toggle(),
      ',': () => this.#timeBar.step(-1),
      '.': () => this.#timeBar.step(1),
      '1': () => this.#takeTool('place'),
      '2': () => this.#takeTool('box'),
      '3': () => this.#takeTool('polygon'),
      '4': () => this.#takeTool('path'),
      c: () => this.#toggleCompare(),
      k: () => this.#choose({ curve: this.#scene?.curve === undefined ? 0 : undefined }),
      l: () => {
        this.#history.flush();
        void actions.copyLink();
      },
      m: () => this.#map.focus(),
    });
    [this.#layers, this.#styles] = await Promise.all([fetchLayers(), fetchStyles()]);
    if (this.#layers.length === 0)
      return this.#message.show('This store has no layers yet: tilecurve write makes one.');
    this.#layerPanel.offer(this.#layers);
    this.#compare.offer(this.#layers);
    await this.#follow(this.#history.current);
  }

  get #timeIndex(): number {
    const { layer, datetime } = this.#scene!.selection;
    return datetime === undefined ? 0 : layer.times.indexOf(datetime);
  }

  /** Changes a part of the address; a part that is `undefined` goes. */
  #choose(change: { readonly [K in keyof Address]?: Address[K] | undefined }): void {
    const isOther = 'layer' in change || 'parameter' in change;
    // Another quantity has another range.
    const { range: _, isLog: __, ...kept } = this.#address.colours ?? {};
    const whole = { ...this.#address, ...(isOther && { colours: kept }), ...change };
    const address = Object.fromEntries(Object.entries(whole).filter(([, part]) => part !== undefined));
    void this.#follow(address as unknown as Address, { isOwn: true });
  }

  /** Shows what an address names; one that comes while a layer is on its way takes its place. */
  async #follow(address: Address, { isOwn = false } = {}): Promise<void> {
    const turn = ++this.#turn;
    this.#address = address;
    try {
      const [selection, compared] = await Promise.all([
        this.#select(address),
        address.compared && this.#select(withDefaults(address.compared, address)),
      ]);
      if (turn !== this.#turn) return;
      if (!selection) return this.#message.show('This layer has no parameters.');
      const isNewLayer = selection.layer.id !== this.#scene?.selection.layer.id;
      this.#scene = sceneOf(address, { selection, compared, styles: this.#styles });
      this.#address = { ...address, ...choiceOf(selection) };
      if (compared && address.compared) {
        this.#address = { ...this.#address, compared: { ...choiceOf(compared), at: address.compared.at } };
      }
      this.#message.clear();
      // First of all, or tiles of another view would be asked for.
      if (address.view && !isOwn) this.#map.look(address.view);
      else if (isNewLayer) this.#map.look(selection.layer.bbox);
      this.#show();
      if (isOwn || this.#address.view === undefined) this.#history.write(this.#address);
    } catch (error) {
      if (turn === this.#turn)
        this.#message.show((error as Error).message, () => void this.#follow(address, { isOwn }));
    }
  }

  async #select(choice: Address): Promise<Selection | undefined> {
    const listed = this.#layers.find(({ id }) => id === choice.layer) ?? this.#layers[0]!;
    return selectIn(await this.#book.get(listed.id), choice);
  }

  #show(): void {
    const scene = this.#scene;
    if (scene === undefined) return;
    const { selection, compared, tool, place, shape } = scene;
    const { isPlaying } = this.#player;
    document.title = `${selection.parameter.title} \u00b7 tilecurve`;
    this.#layerPanel.show(scene);
    this.#colours.show(scene, this.#address.colours);
    this.#compare.show(scene);
    this.#timeBar.show(selection.layer.times, selection.datetime);
    this.#legend.show(scene);
    this.#toolbar.show(scene);
    this.#swipe.show(compared && { at: compared.at, ...labelsOf(scene, compared) });
    this.#map.tool = tool;
    this.#map.mark(place, shape);
    this.#map.show({
      frame: frameOf(scene),
      compared: compared && { frame: frameOf(compared), at: compared.at },
      next: this.#nextFrames(scene),
    });
    this.#results.show(scene, isPlaying);
    this.#readout.show(scene, isPlaying);
    showLinks(selection, place ?? this.#map.center);
  }

  #nextFrames(scene: Scene) {
    const { times } = scene.selection.layer;
    if (scene.selection.datetime === undefined || times.length < 2) return [];
    const count = Math.min(times.length - 1, this.#player.isPlaying ? aheadPlaying : aheadResting);
    return Array.from({ length: count }, (_, k) =>
      frameOf(scene, times[(this.#timeIndex + 1 + k) % times.length]),
    );
  }

  /** A service that cannot smooth says so once; everything else can be tried again. */
  #takeTileError(reason: Error): void {
    const { colours } = this.#address;
    if (colours?.isSmooth && /resampling/.test(reason.message)) {
      this.#choose({ colours: { ...colours, isSmooth: false } });
      this.#colours.say('This service does not smooth pictures.');
      return;
    }
    this.#message.show(reason.message, () => this.#map.retry());
  }

  #takeTool(tool: Tool): void {
    const { shape } = this.#address;
    this.#choose({ tool, shape: shape?.kind === tool ? shape : undefined });
  }

  #toggleCompare(): void {
    const scene = this.#scene;
    if (scene === undefined) return;
    if (scene.compared) {
      this.#choose({ compared: undefined });
      return;
    }
    const { times } = scene.selection.layer;
    const { datetime: _, ...choice } = choiceOf(scene.selection);
    const other = times[times.length - 1 === this.#timeIndex ? 0 : times.length - 1];
    this.#choose({ compared: { ...choice, ...(other !== undefined && { datetime: other }), at: 0.5 } });
  }

  async #fitRange(): Promise<void> {
    const scene = this.#scene!;
    this.#colours.say('Asking\u2026');
    try {
      const range = await rangeInView(scene.selection, this.#map.bbox);
      if (scene !== this.#scene) return this.#colours.say('');
      if (range === undefined) return this.#colours.say('No two values differ in view.');
      this.#choose({ colours: { ...this.#address.colours, range } });
      this.#colours.say('');
    } catch (error) {
      this.#colours.say((error as Error).message);
    }
  }

  #keepView(view: MapView): void {
    this.#address = { ...this.#address, view };
    if (this.#scene === undefined) return;
    this.#history.write(this.#address);
    this.#results.showView(this.#scene);
    showLinks(this.#scene.selection, this.#scene.place ?? this.#map.center);
  }

  #say(text: string): void {
    byId('live').textContent = text;
  }
}

/** What the right side does not say is as on the left. */
function withDefaults(other: Address, left: Address): Address {
  const { layer = left.layer, z = left.z } = other;
  const parameter = other.parameter ?? (layer === left.layer ? left.parameter : undefined);
  const whole = { ...other, layer, parameter, z, axes: { ...left.axes, ...other.axes } };
  return Object.fromEntries(
    Object.entries(whole).filter(([, part]) => part !== undefined),
  ) as unknown as Address;
}
