import type { EdrPlan } from '../../src/edr/index.js';
import { encodeCoverageJson } from '../../src/formats/index.js';

/** A range as CoverageJSON has it. */
export interface JsonRange {
  readonly dataType: string;
  readonly axisNames?: readonly string[];
  readonly shape?: readonly number[];
  readonly values: readonly (number | null)[];
}

/** As much of a CoverageJSON document as tests look at. */
export interface JsonCoverage {
  readonly type: string;
  readonly domain: {
    readonly domainType: string;
    readonly axes: Readonly<Record<string, { readonly values: readonly never[] }>>;
    readonly referencing?: readonly {
      readonly coordinates: readonly string[];
      readonly system: { readonly id?: string };
    }[];
  };
  readonly ranges: Readonly<Record<string, JsonRange>>;
  readonly coverages: readonly JsonCoverage[];
  readonly number?: number;
  readonly band?: string;
}

/** The document of a plan; undefined when the plan has no data. */
export async function readAnswer(plan: EdrPlan): Promise<JsonCoverage | undefined> {
  if (plan.kind === 'no-data') return undefined;
  const answer = await plan.open({});
  if (answer === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of encodeCoverageJson(answer)) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

/** Values of the axes of a domain by name. */
export function axesOf(coverage: JsonCoverage | undefined): Record<string, readonly unknown[]> {
  return Object.fromEntries(
    Object.entries(coverage!.domain.axes).map(([name, { values }]) => [name, values]),
  );
}
