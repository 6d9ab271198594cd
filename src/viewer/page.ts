import { LegendBook } from './api/legend.js';
import { rangeInView } from './api/range-in-view.js';
import { ServiceError } from './api/request.js';
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
import { Message, type Remedy } from './panels/message.js';
import { PanelToggle } from './panels/panel-toggle.js';
import { Results } from './panels/results.js';
import { listenForShortcuts } from './panels/shortcuts.js';
import { TimeBar } from './panels/time-bar.js';
import { Toolbar } from './panels/toolbar.js';
import { viewButtons } from './panels/view-buttons.js';
import type { Address, Tool } from './state/address.js';
import { hasDarkInk } from './state/colours.js';
import { AddressHistory } from './state/history.js';
import type { MapView } from './state/place.js';
import { Player } from './state/player.js';
import { comparisonOf, frameOf, framesAhead, labelsOf, type Scene } from './state/scene.js';
import { SceneLoader, without } from './state/scene-loader.js';
import { Readout } from './values/readout.js';

/** Frames that are fetched ahead: while it plays, and while it does not. */
const aheadPlaying = 8;
const aheadResting = 2;

/** The page: one address, what it means, and everything that shows it. */
export class Page {
  readonly #message = new Message();
  readonly #history = new AddressHistory((address) => void this.#follow(address));
  readonly #legends = new LegendBook();
  readonly #panel = new PanelToggle();
  readonly #layerPanel = new LayerPanel((choice) => this.#choose(choice));
  readonly #colours = new ColoursPanel({
    onChoice: (colours) => this.#choose({ colours }),
    rangeInView: async () => this.#scene && rangeInView(this.#scene.selection, this.#map.bbox),
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
  readonly #legend = new Legend(this.#legends);
  readonly #swipe = new Swipe(byId('swipe-box'), (at) => {
    const { compared } = this.#address;
    if (compared) this.#choose({ compared: { ...compared, at } });
  });
  readonly #toolbar = new Toolbar(byId('tools'), {
    onTool: (tool) => this.#takeTool(tool),
    onCompare: () => this.#toggleCompare(),
    onCurve: () => this.#toggleCurve(),
  });
  readonly #readout = new Readout({
    onValue: (value) => this.#legend.point(value),
    say: (text) => this.#say(text),
  });
  readonly #results = new Results({
    onChange: (change) => this.#choose(change),
    onPlan: (plan) => this.#map.curve.show(plan),
    viewBbox: () => this.#map.bbox,
    legends: this.#legends,
    say: (text) => this.#say(text),
  });
  readonly #map = new LayerMap(byId('map'), byId('stage'), {
    onPlace: (place) => this.#choose({ place }),
    onShape: (shape) => this.#choose({ shape }),
    onVertices: (count) => this.#say(count === 0 ? '' : `${count} ${count === 1 ? 'corner' : 'corners'}`),
    onView: (view) => this.#keepView(view),
    onPointer: (point) => this.#readout.point(point),
    onTiles: () => this.#player.check(),
    onTileError: (reason) => this.#message.show(reason.message, ...this.#remediesFor(reason)),
  });
  readonly #player = new Player({
    count: () => this.#times.length,
    current: () => Math.max(0, this.#times.indexOf(this.#scene?.selection.datetime ?? '')),
    isReady: (index) => this.#map.isReady(frameOf(this.#scene!, this.#times[index])),
    show: (index) => this.#choose({ datetime: this.#times[index]! }),
    onState: (isPlaying) => {
      this.#timeBar.isPlaying = isPlaying;
      if (this.#scene) this.#showMap(this.#scene);
    },
  });
  readonly #loader = new SceneLoader();
  #address: Address = { axes: {} };
  #scene: Scene | undefined;
  #turn = 0;
  /** Whether the address could not be followed: the page shows another. */
  #isLost = false;

  /** Reads what the service has, and shows what the address of the window names. */
  async start(): Promise<void> {
    this.#listen();
    const layers = await this.#loader.start(this.#history.current);
    if (layers.length === 0)
      return this.#message.show('This store has no layers yet: tilecurve write makes one.');
    this.#layerPanel.offer(layers);
    this.#compare.offer(layers);
    await this.#follow(this.#history.current);
  }

  #listen(): void {
    const help = new HelpDialog();
    const actions = new Actions(byId('actions'), {
      onHelp: () => help.open(),
      say: (text) => this.#say(text),
    });
    byId('view-buttons').append(
      ...viewButtons({
        onZoom: (steps) => this.#map.zoom(steps),
        onWhole: () => this.#scene && this.#map.look(this.#scene.selection.layer.bbox),
      }),
    );
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
      k: () => this.#toggleCurve(),
      l: () => {
        this.#history.flush();
        void actions.copyLink();
      },
      m: () => this.#map.focus(),
      p: () => this.#panel.toggle(),
    });
  }

  get #times(): readonly string[] {
    const { layer, datetime } = this.#scene?.selection ?? {};
    return datetime === undefined ? [] : layer!.times;
  }

  /** Changes a part of the address; a part that is `undefined` goes. */
  #choose(change: { readonly [K in keyof Address]?: Address[K] | undefined }): void {
    const isOther = 'layer' in change || 'parameter' in change;
    // Another quantity has another range.
    const { range: _, scale: __, centre: ___, ...kept } = this.#address.colours ?? {};
    const whole = { ...this.#address, ...(isOther && { colours: kept }), ...change };
    void this.#follow(without(whole), { isOwn: true });
  }

  /** Shows what an address names; one that comes while a layer is on its way takes its place. */
  async #follow(wanted: Address, { isOwn = false } = {}): Promise<void> {
    const turn = ++this.#turn;
    this.#address = wanted;
    try {
      const loaded = await this.#loader.load(wanted);
      if (turn !== this.#turn) return;
      if (!loaded) return this.#message.show('This layer has no parameters.');
      const { scene, address } = loaded;
      const before = this.#scene;
      const isNewLayer = scene.selection.layer.id !== before?.selection.layer.id;
      // What is wrong with a picture is wrong until another is wanted.
      const isSame = before !== undefined && frameOf(scene).template === frameOf(before).template;
      if (!isSame || this.#isLost) this.#message.clear();
      this.#isLost = false;
      if (wanted.layer !== undefined && wanted.layer !== address.layer)
        this.#message.show(`This service has no layer ${wanted.layer}; another is shown.`);
      this.#scene = scene;
      this.#address = address;
      this.#showPanels(scene);
      // Between what the panels leave free, and before tiles of another view would be asked for.
      if (address.view && !isOwn) this.#map.look(address.view);
      else if (isNewLayer) this.#map.look(scene.selection.layer.bbox);
      this.#showMap(scene);
      if (isOwn && scene.place !== before?.place) this.#map.keep(scene.place);
      if (isOwn || address.view === undefined) this.#history.write(address);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#isLost = true;
      const run = () => void this.#follow(wanted, { isOwn });
      this.#message.show((error as Error).message, { label: 'Try again', run });
    }
  }

  #showPanels(scene: Scene): void {
    const { selection, compared } = scene;
    document.title = `${selection.parameter.title} \u00b7 tilecurve`;
    this.#layerPanel.show(scene);
    this.#colours.show(scene, this.#address.colours);
    this.#compare.show(scene);
    this.#timeBar.show(selection.layer.times, selection.datetime);
    this.#toolbar.show(scene);
    this.#swipe.show(compared && { at: compared.at, ...labelsOf(scene, compared) });
    this.#results.open(scene);
  }

  #showMap(scene: Scene): void {
    const { selection, compared, tool, place, shape } = scene;
    const { isPlaying } = this.#player;
    this.#map.tool = tool;
    const sides = [scene, ...(compared ? [compared] : [])];
    this.#map.ink = sides.some(({ colours }) => hasDarkInk(colours)) ? 'dark' : 'colours';
    this.#map.mark(place, shape);
    this.#map.show({
      frame: frameOf(scene),
      compared: compared && { frame: frameOf(compared), at: compared.at },
      next: framesAhead(scene, isPlaying ? aheadPlaying : aheadResting),
    });
    void this.#legend.show(scene);
    this.#results.show(scene, isPlaying);
    this.#readout.show(scene, isPlaying);
    showLinks(selection, place ?? this.#map.center);
  }

  /** What is asked again mostly fails again where the request is at fault: it may be the style. */
  #remediesFor(reason: Error): Remedy[] {
    const isPlain = Object.keys(this.#address.colours ?? {}).length === 0;
    const isRefusal = reason instanceof ServiceError && reason.isRefusal;
    const plain = { label: 'Default colours', run: () => this.#choose({ colours: undefined }) };
    return [...(isRefusal && !isPlain ? [plain] : []), { label: 'Try again', run: () => this.#retry() }];
  }

  #retry(): void {
    this.#map.retry();
    if (this.#scene) void this.#legend.show(this.#scene);
  }

  #takeTool(tool: Tool): void {
    const { shape } = this.#address;
    this.#choose({ tool, shape: shape?.kind === tool ? shape : undefined });
  }

  #toggleCompare(): void {
    const scene = this.#scene;
    if (scene) this.#choose({ compared: scene.compared ? undefined : comparisonOf(scene) });
  }

  #toggleCurve(): void {
    this.#choose({ curve: this.#scene?.curve === undefined ? 0 : undefined });
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
