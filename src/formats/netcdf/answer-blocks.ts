import type { Coverage, CoverageAnswer, Domain } from '../coverage.js';
import { lengthOf } from '../domain-axes.js';

/** Coverages with the same parameters, whose values are one array for each parameter. */
export interface AnswerBlock {
  /** Custom axes, the first slowest. */
  readonly members: readonly MemberAxis[];
  /** In the order of `members`; for each combination of them, as many as there are `domains`. */
  readonly coverages: readonly Coverage[];
  /** One that all coverages share, or one for each of several sites, trajectories, or levels of polygons. */
  readonly domains: readonly Domain[];
}

export interface MemberAxis {
  readonly name: string;
  readonly values: readonly (number | string)[];
}

/** How the coverages of an answer become arrays; a text for who asked where they cannot. */
export function answerBlocks({ coverages }: CoverageAnswer): AnswerBlock[] | string {
  const blocks = groupByParameters(coverages).map(blockOf);
  return blocks.find((block) => typeof block === 'string') ?? (blocks as AnswerBlock[]);
}

/** Parameters with other axes are answered one group after the other. */
function groupByParameters(coverages: readonly Coverage[]): Coverage[][] {
  const groups: Coverage[][] = [];
  let last: string | undefined;
  for (const coverage of coverages) {
    const key = JSON.stringify(coverage.ranges.map(({ parameter }) => parameter));
    if (key === last) groups.at(-1)!.push(coverage);
    else groups.push([coverage]);
    last = key;
  }
  return groups;
}

function blockOf(answered: readonly Coverage[]): AnswerBlock | string {
  const members = memberAxes(answered);
  const coverages = byMembers(answered, members);
  const combinations = members.reduce((product, { values }) => product * values.length, 1);
  const sites = coverages.length / combinations;
  if (!isProduct(coverages, members, sites)) {
    return 'NetCDF needs the same coverages for each value of a custom axis; ask for another form, such as CoverageJSON';
  }
  const domains = coverages.slice(0, sites).map(({ domain }) => domain);
  if (!coverages.every(({ domain }, index) => isSame(domain, domains[index % sites]!))) {
    return 'NetCDF needs one domain for all values of a custom axis; ask for another form, such as CoverageJSON';
  }
  if (sites > 1 && !areSites(domains) && !areTracks(domains) && !areLevels(domains)) {
    return 'NetCDF holds coverages of one domain, trajectories, sections at the same levels, polygons at several levels, or series of sites at the same times; ask for another form, such as CoverageJSON';
  }
  return { members, coverages, domains };
}

function memberAxes(coverages: readonly Coverage[]): MemberAxis[] {
  return Object.keys(coverages[0]!.members ?? {}).map((name) => ({
    name,
    values: [...new Set(coverages.flatMap(({ members }) => members?.[name] ?? []))],
  }));
}

/** Members outermost, as dimensions have them; polygons come level by level. */
function byMembers(coverages: readonly Coverage[], axes: readonly MemberAxis[]): readonly Coverage[] {
  const place = ({ members = {} }: Coverage) =>
    axes.reduce((at, { name, values }) => at * values.length + values.indexOf(members[name]!), 0);
  return [...coverages].sort((a, b) => place(a) - place(b));
}

/** Whether there are `sites` coverages for each combination of members, in the order of combinations. */
function isProduct(coverages: readonly Coverage[], axes: readonly MemberAxis[], sites: number): boolean {
  if (!Number.isInteger(sites)) return false;
  return coverages.every(({ members = {} }, index) => {
    let rest = Math.floor(index / sites);
    const isPlaced = axes.toReversed().every(({ name, values }) => {
      const at = rest % values.length;
      rest = Math.floor(rest / values.length);
      return members[name] === values[at];
    });
    return isPlaced && Object.keys(members).length === axes.length;
  });
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Single positions, each at one level at most, all at the same times. */
function areSites(domains: readonly Domain[]): boolean {
  const [first] = domains;
  return domains.every(
    ({ x, y, z, t, calendar, composite, crs }) =>
      composite === undefined &&
      [x, y].every((axis) => axis !== undefined && lengthOf(axis) === 1) &&
      (z === undefined) === (first!.z === undefined) &&
      (z === undefined || lengthOf(z) === 1) &&
      isSame(t, first!.t) &&
      calendar === first!.calendar &&
      crs.id === first!.crs.id,
  );
}

/**
 * Points or trajectories with the same coordinates, each at one time and level unless its points have their own; or
 * sections, all at the same levels.
 */
function areTracks(domains: readonly Domain[]): boolean {
  const [first] = domains;
  return domains.every(
    ({ t, z, calendar, composite, crs, domainType }) =>
      composite !== undefined &&
      domainType === first!.domainType &&
      isSame(composite.coordinates, first!.composite?.coordinates) &&
      [
        [t, first!.t],
        [z, first!.z],
      ].every(([axis, other]) => (axis === undefined) === (other === undefined)) &&
      (t === undefined || lengthOf(t) === 1) &&
      (z === undefined || (domainType === 'Section' ? isSame(z, first!.z) : lengthOf(z) === 1)) &&
      calendar === first!.calendar &&
      crs.id === first!.crs.id,
  );
}

/** The same polygons at the same times, each at one level. */
function areLevels(domains: readonly Domain[]): boolean {
  const [first] = domains as [Domain];
  const { z: _, ...shared } = first;
  return domains.every(
    ({ z, ...others }) =>
      others.polygons !== undefined &&
      z?.kind === 'numbers' &&
      z.values.length === 1 &&
      z.bounds === undefined &&
      isSame(withMembersSorted(others), withMembersSorted(shared)),
  );
}

/** Members in one order, whoever made them. */
function withMembersSorted(domain: Omit<Domain, 'z'>): [string, unknown][] {
  return Object.entries(domain).sort(([a], [b]) => (a < b ? -1 : 1));
}
