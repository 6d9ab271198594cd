/**
 * What `work` makes of each item, in the order of the items, with up to `limit` at work. The first failure is thrown
 * in its turn; nothing is at work any more once the iteration has ended, however.
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // It is thrown in its turn; until then it must not count as unheard.
      result.catch(() => undefined);
      begun.push(result);
      if (begun.length >= limit) yield await begun.shift()!;
    }
    while (begun.length > 0) yield await begun.shift()!;
  } finally {
    await Promise.allSettled(begun);
  }
}
