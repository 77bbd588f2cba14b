import { expect, test } from "vitest";
import { memoryBodies } from "../../../functions/adapters/memory/bodies.ts";
import { KEPT_ENTRIES, keepDocuments } from "../../../functions/records/keep-documents.ts";
import { BodyLost } from "../../../shared/ports/bodies.ts";

/** Documents that are their own number of entries, in a store that counts what is read of it. */
const documents = async (sizes: readonly number[]) => {
  const bodies = memoryBodies();
  const refs = await Promise.all(sizes.map(async (size) => bodies.put("documents", size)));
  const asked: number[] = [];
  const counting = {
    ...bodies,
    get: async (ref: (typeof refs)[number]) => {
      asked.push(refs.indexOf(ref));
      return bodies.get(ref);
    },
  };
  const read = keepDocuments(Number, (size) => size);
  const readAt = async (place: number) => {
    const ref = refs[place];
    if (ref === undefined) throw new RangeError(`no document ${place}`);
    return read(counting, ref);
  };
  return { readAt, asked, bodies };
};

test("two hundred small documents that are read in turns are read once each", async () => {
  const { readAt, asked } = await documents(Array.from({ length: 200 }, (_, place) => place));
  for (let round = 0; round < 3; round += 1) {
    for (let place = 0; place < 200; place += 1) expect(await readAt(place)).toBe(place);
  }
  expect(asked).toHaveLength(200);
});

test("a document that is asked for many times at once is read once", async () => {
  const { readAt, asked } = await documents([7]);
  await Promise.all([readAt(0), readAt(0), readAt(0)]);
  expect(asked).toEqual([0]);
});

test("together no more is kept than the bound, and what was asked for last stays", async () => {
  const half = KEPT_ENTRIES / 2 - 1;
  const { readAt, asked } = await documents([half, half + 1, half + 2]);
  for (const place of [0, 1, 0, 2]) await readAt(place);
  expect(asked).toEqual([0, 1, 2]);
  await readAt(0);
  await readAt(2);
  expect(asked).toEqual([0, 1, 2]);
  await readAt(1);
  expect(asked).toEqual([0, 1, 2, 1]);
});

test("a document over the bound alone is kept, and takes the place of all others", async () => {
  const { readAt, asked } = await documents([5, KEPT_ENTRIES + 1]);
  for (const place of [0, 1, 1]) await readAt(place);
  expect(asked).toEqual([0, 1]);
  await readAt(0);
  expect(asked).toEqual([0, 1, 0]);
});

test("a read that failed is made again", async () => {
  const bodies = memoryBodies();
  const ref = await bodies.put("documents", 3);
  const read = keepDocuments(Number, (size) => size);
  const lost = { ...bodies, get: () => Promise.reject(new BodyLost(ref.key, "missing")) };
  await expect(read(lost, ref)).rejects.toThrow(BodyLost);
  expect(await read(bodies, ref)).toBe(3);
});
