import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BlobStore, openDirectoryStore } from '../../../src/blob/index.js';
import { findManifest, manifestFolder } from '../../../src/catalog/index.js';
import { deleteLayer } from '../../../src/layer/index.js';
import { createRandom, type Random, randomBelow } from '../../random.js';
import type { Campaign, CampaignContext, CampaignFigures } from '../campaign.js';
import { type FieldCells, requireCells } from '../field-cells.js';
import { type Killed, KillMoments } from '../kill/kill-moments.js';
import { KillableCommands, type KillableWork, LAYERS, PARAMETER } from '../kill/killable-work.js';
import { type CommandEnd, type RunningCommand, StandbyCommands } from '../kill/standby-commands.js';
import { requireCleanAfterGarbage, requireNoLeftovers, requireSound } from '../leftovers.js';

/** As often as it stands here; writes are longest and do the most. */
const CHOICES = [
  ...(['write', 'write', 'overwrite', 'overwrite', 'update', 'update', 'update'] as const),
  ...(['reindex', 'reindex', 'gc', 'gc', 'verify'] as const),
];
/** Of kills that left a write unfinished: how many are followed by a kill of the same write as it goes on. */
const RESUME_SHARE = 0.5;
/** Of the other kills: how many are followed by the same command, which must succeed. */
const RERUN_SHARE = 0.25;

/** The campaign of `npm run faults -- kill`. */
export const killCampaign: Campaign = {
  about:
    'SIGKILL at random moments of write, update, reindex, gc, verify: the old snapshot or the new, whole',
  unit: 'kills',
  fullCount: 1000,
  run: runKills,
};

async function runKills({ seed, count, folder, log }: CampaignContext): Promise<CampaignFigures> {
  const trial = await KillTrial.create(folder, createRandom(seed));
  try {
    while (trial.kills < count) {
      try {
        log(await trial.killOne());
      } catch (cause) {
        const message = `seed ${seed}, after ${trial.kills} kills: ${trial.lastStep}`;
        throw new Error(message, { cause });
      }
    }
    await trial.end();
    return trial.figures;
  } finally {
    trial.close();
  }
}

/** What a layer must be: its newest snapshot and all cells of it. */
interface LayerState {
  readonly sequence: number;
  readonly cells: FieldCells;
}

/** One store, and the commands that are killed over it, one after the other. */
class KillTrial {
  kills = 0;
  lastStep = 'nothing yet';
  readonly #folder: string;
  readonly #path: string;
  readonly #store: BlobStore;
  readonly #random: Random;
  readonly #commands: KillableCommands;
  readonly #moments: KillMoments;
  readonly #standby = new StandbyCommands();
  readonly #states = new Map<string, LayerState>();
  readonly #figures = new Map<string, number>();
  #unfinished: KillableWork | undefined;

  private constructor(folder: string, random: Random, commands: KillableCommands) {
    this.#folder = folder;
    this.#path = join(folder, 'store');
    this.#store = openDirectoryStore(this.#path);
    this.#random = random;
    this.#commands = commands;
    this.#moments = new KillMoments(random);
  }

  /** Runs every command whole, once, to learn how long each takes. */
  static async create(folder: string, random: Random): Promise<KillTrial> {
    const commands = await KillableCommands.create(folder, join(folder, 'store'), random);
    const trial = new KillTrial(folder, random, commands);
    const first = commands.make('write', undefined);
    await trial.#runWhole({ ...first, layer: LAYERS.lasting, args: onLayer(first.args, LAYERS.lasting) });
    for (const name of new Set(CHOICES)) {
      await trial.#runWhole(commands.make(name, trial.#states.get(LAYERS.lasting)?.cells));
    }
    await trial.#dropFresh();
    return trial;
  }

  get figures(): CampaignFigures {
    return { kills: this.kills, ...Object.fromEntries([...this.#figures].sort()) };
  }

  /** Kills one command and checks everything; says what was done and found. */
  async killOne(): Promise<string> {
    const work = this.#chooseWork();
    const moment = this.#moments.choose(work);
    this.lastStep = `${work.args.join(' ')}, killed ${moment.delayMs.toFixed(1)} ms after its ${moment.kind}`;
    const killed = await this.#moments.kill(await this.#start(work), moment, this.#manifests(work));
    const found = await this.#checkKilled(work, killed);
    await requireCleanAfterGarbage(this.#path, join(this.#folder, 'copy'));
    this.#count(`${work.name}${killed.wasKilled ? (found === 'new' ? 'New' : 'Old') : 'Ended'}`);
    if (killed.wasKilled) {
      this.kills += 1;
      if (moment.kind === 'commit') this.#count('atCommit');
    }
    await this.#goOn(work, killed.wasKilled && found === 'old');
    const when = `${moment.kind} + ${moment.delayMs.toFixed(1)} ms`;
    return `${this.kills}: ${work.name} ${killed.wasKilled ? 'killed' : 'ended'}, ${when}: ${found}`;
  }

  /** What was killed last is run again, and nothing but the newest snapshots survives a collection. */
  async end(): Promise<void> {
    if (this.#unfinished) await this.#runWhole(this.#unfinished);
    await this.#runWhole(this.#commands.make('gc', undefined));
    await requireNoLeftovers(this.#path);
    for (const [layer, { cells }] of this.#states) {
      await requireCells(this.#store, { layer, parameter: PARAMETER }, cells);
    }
  }

  close(): void {
    this.#standby.close();
  }

  #chooseWork(): KillableWork {
    const { fresh, lasting } = LAYERS;
    const before = this.#unfinished;
    this.#unfinished = undefined;
    if (before)
      return existsSync(join(this.#path, 'staging', before.layer)) ? { ...before, name: 'resume' } : before;
    const name = CHOICES[randomBelow(this.#random, CHOICES.length)]!;
    if (name === 'write' && this.#states.has(fresh)) throw new Error('the fresh layer was not dropped');
    return this.#commands.make(name, this.#states.get(lasting)!.cells);
  }

  /** The layer is, whole, what it was, or what the command makes of it; other layers are what they were. */
  async #checkKilled(work: KillableWork, { end, wasKilled }: Killed): Promise<'old' | 'new'> {
    if (!wasKilled) requireDone(end);
    const before = this.#states.get(work.layer);
    const sequence = (await findManifest(this.#store, work.layer))?.sequence;
    const isNew = sequence !== before?.sequence;
    if (isNew && (!work.result || (before && sequence !== before.sequence + 1))) {
      throw new Error(`snapshot ${sequence} after ${before?.sequence}`);
    }
    if (!isNew && !wasKilled && work.result && !isMadeAlready(work, before)) {
      throw new Error(`snapshot ${sequence} although the command ended well`);
    }
    if (isNew && sequence !== undefined) this.#states.set(work.layer, { sequence, cells: work.result! });
    await this.#requireStates();
    return isNew ? 'new' : 'old';
  }

  async #requireStates(): Promise<void> {
    for (const [layer, { sequence, cells }] of this.#states) {
      const found = (await findManifest(this.#store, layer))?.sequence;
      if (found !== sequence) throw new Error(`snapshot ${found} of ${layer}, not ${sequence}`);
      await requireCells(this.#store, { layer, parameter: PARAMETER }, cells);
    }
  }

  /** Sometimes the same again: as another command to be killed, or to its end. */
  async #goOn(work: KillableWork, isUnfinished: boolean): Promise<void> {
    const isWrite = work.args[0] === 'write';
    if (isUnfinished && isWrite && this.#random() < RESUME_SHARE) this.#unfinished = work;
    else if (this.#random() < RERUN_SHARE) await this.#runWhole(work);
    if (this.#unfinished === undefined) await this.#dropFresh();
  }

  /** Runs a command to its end: it must succeed, but for a first write of a layer that is there. */
  async #runWhole(work: KillableWork): Promise<void> {
    const before = this.#states.get(work.layer);
    this.lastStep = `${work.args.join(' ')}, run again`;
    const end = await this.#moments.runWhole(work.name, await this.#start(work), this.#manifests(work));
    const isRefused = end.code === 1 && / exists already;/.test(end.stderr) && before?.cells === work.result;
    if (!(work.layer === LAYERS.fresh && isRefused)) requireDone(end);
    if (/ by an earlier write/.test(end.stdout)) this.#count('resumedReruns');
    this.#count('reruns');
    if (work.result) {
      const sequence = (await findManifest(this.#store, work.layer))!.sequence;
      const isSame = isMadeAlready(work, before) && sequence === before?.sequence;
      if (before && !isSame && sequence !== before.sequence + 1) {
        throw new Error(`snapshot ${sequence} after ${before.sequence}`);
      }
      this.#states.set(work.layer, { sequence, cells: work.result });
    }
    await this.#requireStates();
    if (work.name === 'gc') {
      await requireNoLeftovers(this.#path);
      await requireSound(this.#store);
    }
  }

  async #dropFresh(): Promise<void> {
    if (!this.#states.delete(LAYERS.fresh)) return;
    await deleteLayer(this.#store, LAYERS.fresh);
  }

  #start({ args }: KillableWork): Promise<RunningCommand> {
    return this.#standby.start(args);
  }

  #manifests({ layer }: KillableWork): string {
    return join(this.#path, manifestFolder(layer));
  }

  #count(name: string): void {
    this.#figures.set(name, (this.#figures.get(name) ?? 0) + 1);
  }
}

function onLayer(args: readonly string[], layer: string): readonly string[] {
  const at = args.indexOf('--layer') + 1;
  return args.with(at, layer);
}

function requireDone({ code, signal, stderr }: CommandEnd): void {
  if (code !== 0) throw new Error(`the command ended with ${code ?? signal}: ${stderr}`);
}

/** Whether all that is left of a write may be to say so: one that was killed behind its commit finds it made. */
function isMadeAlready(work: KillableWork, before: LayerState | undefined): boolean {
  return work.args[0] === 'write' && work.result !== undefined && before?.cells === work.result;
}
