import 'ol/ol.css';
import './page.css';
import { fetchLayer, fetchLayers, fetchPoint } from './api.js';
import { Controls } from './controls.js';
import { byId } from './elements.js';
import { type Address, formatAddress, type MapView, parseAddress } from './hash.js';
import type { ListedLayer } from './layer.js';
import { LayerMap, type Place } from './layer-map.js';
import { showLegend } from './legend.js';
import { addressOf, axisQuery, exampleQuery, type Selection, selectIn, tileTemplate } from './selection.js';
import { TimeBar } from './time-bar.js';
import { showValues } from './value-card.js';

/** The page: one selection, kept in the address, shown by the map, the controls and the legend. */
class Page {
  readonly #controls = new Controls((choice) => void this.#choose(choice));
  readonly #timeBar = new TimeBar(byId('time'), (datetime) => void this.#choose({ datetime }));
  readonly #map = new LayerMap(byId('map'), {
    onPlace: (place) => void this.#showPlace(place),
    onView: (view) => this.#keepView(view),
    onTileError: (reason) => this.#say(reason.message),
  });
  #layers: readonly ListedLayer[] = [];
  #selection: Selection | undefined;
  #view: MapView | undefined;
  #place: Place | undefined;
  #turn = 0;
  #asking = new AbortController();

  async start(): Promise<void> {
    this.#layers = await fetchLayers();
    if (this.#layers.length === 0)
      return this.#say('This store has no layers yet: tilecurve write makes one.');
    this.#controls.offer(this.#layers);
    window.addEventListener('hashchange', () => void this.#follow(parseAddress(location.hash)));
    await this.#follow(parseAddress(location.hash));
  }

  async #choose(choice: Partial<Address>): Promise<void> {
    const current = this.#selection ? addressOf(this.#selection) : { axes: {} };
    await this.#follow({ ...current, ...choice });
  }

  /** Shows what an address names; an address that comes while a layer is on its way takes its place. */
  async #follow(address: Address): Promise<void> {
    const turn = ++this.#turn;
    try {
      const listed = this.#layers.find(({ id }) => id === address.layer) ?? this.#layers[0]!;
      const isNew = listed.id !== this.#selection?.layer.id;
      const layer = isNew ? await fetchLayer(listed.id) : this.#selection!.layer;
      if (turn !== this.#turn) return;
      const selection = selectIn(layer, address);
      if (!selection) return this.#say(`The layer ${layer.id} has no parameters.`);
      this.#show(selection);
      if (address.view) this.#map.look(address.view);
      else if (isNew) this.#map.look(layer.bbox);
    } catch (error) {
      this.#say((error as Error).message);
    }
  }

  #show(selection: Selection): void {
    this.#selection = selection;
    this.#say('');
    document.title = `${selection.parameter.title} \u00b7 tilecurve`;
    this.#controls.show(selection);
    this.#timeBar.show(selection.layer.times, selection.datetime);
    this.#map.show(tileTemplate(selection));
    showLegend(byId('legend'), selection.parameter);
    this.#showLinks();
    this.#keepAddress();
    if (this.#place) void this.#showPlace(this.#place);
  }

  async #showPlace(place: Place): Promise<void> {
    const selection = this.#selection;
    if (!selection) return;
    this.#asking.abort();
    this.#asking = new AbortController();
    this.#place = place;
    this.#map.mark(place);
    this.#showLinks();
    const query = axisQuery(selection);
    query.set('lon', place.longitude.toFixed(5));
    query.set('lat', place.latitude.toFixed(5));
    try {
      const values = await fetchPoint(selection.layer.id, query, this.#asking.signal);
      showValues(byId('value'), { selection, place, values }, () => this.#closePlace());
    } catch (error) {
      if ((error as Error).name !== 'AbortError') this.#say((error as Error).message);
    }
  }

  #closePlace(): void {
    this.#place = undefined;
    this.#map.mark(undefined);
    byId('value').replaceChildren();
    byId('map').focus();
  }

  #showLinks(): void {
    const selection = this.#selection!;
    const example = exampleQuery(selection, this.#place ?? this.#map.center);
    byId<HTMLAnchorElement>('collection').href = `collections/${selection.layer.id}?f=json`;
    byId<HTMLAnchorElement>('example').href = example;
    byId('example-text').textContent = `/${example.replaceAll('%20', ' ')}`;
    byId('links').hidden = false;
  }

  #keepView(view: MapView): void {
    this.#view = view;
    if (!this.#selection) return;
    this.#keepAddress();
    this.#showLinks();
  }

  /** Replaced, not pushed: the back button leaves the page instead of undoing each step of the slider. */
  #keepAddress(): void {
    const view = this.#view && { view: this.#view };
    history.replaceState(null, '', formatAddress({ ...addressOf(this.#selection!), ...view }));
  }

  #say(message: string): void {
    const box = byId('message');
    box.textContent = message;
    box.hidden = message === '';
  }
}

const page = new Page();
page.start().catch((error: unknown) => {
  const box = byId('message');
  box.textContent = error instanceof Error ? error.message : String(error);
  box.hidden = false;
});
