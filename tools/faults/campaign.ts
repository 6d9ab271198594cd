/** What a campaign is given. */
export interface CampaignContext {
  /** Decides everything that is random; printed, so that a failure can be had again. */
  readonly seed: number;
  /** How much is tried, in the campaign's own unit: kills, flips, states, runs. */
  readonly count: number;
  /** An empty folder of this run; removed after it by its caller. */
  readonly folder: string;
  /** A line for people. */
  readonly log: (line: string) => void;
}

/** What was tried and what came of it, by name; a campaign that finds a violation throws and says how to repeat it. */
export type CampaignFigures = Readonly<Record<string, number>>;

/** One kind of fault, done to real layers again and again; after each the promises of docs/guarantees.md must hold. */
export interface Campaign {
  /** One line: what is done and what must hold after it. */
  readonly about: string;
  /** What `count` counts: `kills`, `states`, ... */
  readonly unit: string;
  /** The count of a whole campaign; the tests run a short one. */
  readonly fullCount: number;
  /** Throws: an Error with seed and step for the first violation. */
  run(context: CampaignContext): Promise<CampaignFigures>;
}
