import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryTable } from "../../functions/adapters/memory/table.ts";
import type { Condition } from "../../functions/adapters/table/conditions.ts";
import type { Item, Key, Scalar } from "../../functions/adapters/table/item.ts";
import type { Change, Query, Table } from "../../functions/adapters/table/table.ts";
import { tablesInFiles, tablesOfAnEmulator } from "./engines.ts";

// Few names, keys and values, so that operations meet.
const attribute = fc.constantFrom("a", "b", "status");
const number = fc.integer({ min: -3, max: 3 });
const scalar: fc.Arbitrary<Scalar> = fc.oneof(number, fc.constantFrom("", "x", "名", "🧪"), fc.boolean());
const sk = fc.constantFrom("s", "s1", "s10", "t", "é", "\uffff", "🧪");
const key: fc.Arbitrary<Key> = fc.record({ pk: fc.constantFrom("p", "q"), sk });
const indexKeys = fc.constantFrom("g", "h", undefined);

const simple: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ is: fc.constantFrom("absent", "present"), attribute: fc.oneof(attribute, fc.constant("pk")) }),
  fc.record({ is: fc.constantFrom("=", "<>"), attribute, value: scalar }),
  fc.record({ is: fc.constantFrom("<", "<=", ">", ">="), attribute, value: number }),
);
const condition: fc.Arbitrary<Condition> = fc.letrec<{ any: Condition }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    simple,
    fc.record({ is: fc.constantFrom("and", "or"), of: fc.array(tie("any"), { minLength: 1, maxLength: 3 }) }),
  ),
})).any;

const attributes = fc.dictionary(attribute, scalar);
/** The index's sort key is unique, as the table's users promise. */
const item: fc.Arbitrary<Item> = fc
  .tuple(key, attributes, indexKeys, fc.constantFrom("1", "2"))
  .map(([at, others, gsi1pk, order]) => ({
    ...others,
    ...at,
    ...(gsi1pk === undefined ? {} : { gsi1pk, gsi1sk: `${order}#${at.pk}#${at.sk}` }),
  }));
const change: fc.Arbitrary<Change> = fc.record(
  {
    set: fc.oneof(attributes, fc.record({ gsi1pk: fc.constantFrom("g", "h") })),
    add: fc.dictionary(attribute, number),
    remove: fc.uniqueArray(fc.oneof(attribute, fc.constant("gsi1pk"))),
  },
  { requiredKeys: [] },
);
const query: fc.Arbitrary<Query> = fc
  .record(
    { limit: fc.integer({ min: 1, max: 4 }), descending: fc.boolean(), after: sk, prefix: sk },
    { requiredKeys: [] },
  )
  .map(({ prefix, after, ...rest }) => ({
    ...rest,
    ...(prefix === undefined ? {} : { prefix }),
    ...(after === undefined ? {} : { after: (prefix ?? "") + after }),
  }));

type Operation = (table: Table, space: string) => Promise<unknown>;

const placed = <Place extends Key>(place: Place, space: string): Place => ({ ...place, pk: space + place.pk });
const indexed = (stored: Item, space: string): Item =>
  typeof stored.gsi1pk === "string" ? { ...stored, gsi1pk: space + stored.gsi1pk } : stored;
const maybe = fc.option(condition, { nil: undefined });

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.tuple(item, maybe).map(
    ([one, when]): Operation =>
      (table, space) =>
        table.put(indexed(placed(one, space), space), when),
  ),
  fc.tuple(key, change, maybe).map(
    ([at, what, when]): Operation =>
      (table, space) => {
        const gsi1pk = what.set?.gsi1pk;
        const set = gsi1pk === undefined ? what.set : { gsi1pk: space + gsi1pk };
        return table.update(placed(at, space), { ...what, ...(set === undefined ? {} : { set }) }, when);
      },
  ),
  fc.tuple(key, maybe).map(
    ([at, when]): Operation =>
      (table, space) =>
        table.delete(placed(at, space), when),
  ),
  key.map(
    (at): Operation =>
      (table, space) =>
        table.get(placed(at, space)),
  ),
  fc.tuple(fc.constantFrom("p", "q"), query).map(
    ([pk, how]): Operation =>
      (table, space) =>
        table.query(space + pk, how),
  ),
  fc.tuple(fc.constantFrom("g", "h"), query).map(
    ([pk, { prefix: _, ...how }]): Operation =>
      (table, space) =>
        table.queryIndex(space + pk, how),
  ),
);

/** The result of it, errors by name. */
const outcome = async (run: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await run();
  } catch (error) {
    return error instanceof Error ? error.name : error;
  }
};

describe("the three tables", () => {
  const [emulated, inFiles] = [tablesOfAnEmulator(), tablesInFiles()];

  it("the three tables answer alike, whatever is done to them", async () => {
    const [dynamo, file, memory] = [await emulated(), await inFiles(), memoryTable()];
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 40 }), async (operations) => {
        runs += 1;
        const space = `run${runs}-`;
        for (const run of operations) {
          const expected = await outcome(() => run(memory, space));
          expect(await outcome(() => run(file, space))).toEqual(expected);
          expect(await outcome(() => run(dynamo, space))).toEqual(expected);
        }
      }),
      { numRuns: 150 },
    );
  });
});
