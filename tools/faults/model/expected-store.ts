import { DenseField } from './dense-field.js';
import type { Content, StoreModel } from './layer-model.js';

/** What a store must show, as JSON: by layer its tags, and by snapshot all cells as stored, null for no data. */
export function formatExpected({ layers }: StoreModel): string {
  const described = [...layers].map(([layer, { snapshots, tags }]) => [
    layer,
    { tags: Object.fromEntries(tags), snapshots: Object.fromEntries(snapshots) },
  ]);
  return `${JSON.stringify(Object.fromEntries(described))}\n`;
}

interface ExpectedLayer {
  readonly tags: Readonly<Record<string, number>>;
  readonly snapshots: Readonly<Record<string, Content>>;
}

/** The model in such a JSON. */
export function parseExpected(text: string): StoreModel {
  const layers = Object.entries(JSON.parse(text) as Readonly<Record<string, ExpectedLayer>>);
  return {
    layers: new Map(
      layers.map(([name, { tags, snapshots }]) => [
        name,
        {
          tags: new Map(Object.entries(tags)),
          snapshots: new Map(
            Object.entries(snapshots).map(([sequence, content]) => [
              Number(sequence),
              {
                ...content,
                fields: content.fields.map(({ spec, sizes, cells }) => new DenseField(spec, sizes, cells)),
              },
            ]),
          ),
        },
      ]),
    ),
  };
}
