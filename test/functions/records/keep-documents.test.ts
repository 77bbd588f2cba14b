import { expect, test } from "vitest";
import { memoryBodies } from "../../../functions/adapters/memory/bodies.ts";
import { keepDocuments } from "../../../functions/records/keep-documents.ts";
import type { Json } from "../../../shared/plan/json.ts";
import { BodyLost } from "../../../shared/ports/bodies.ts";

const BOUND = 1_000;
const placeIn = (body: Json): number => Number.parseInt(String(body), 10);

/** Documents of so many characters of JSON, each another, in a store that counts what is read of it. */
const documents = async (sizes: readonly number[]) => {
  const bodies = memoryBodies();
  const texts = sizes.map((size, place) => String(place).padEnd(size - 2, "x"));
  const refs = await Promise.all(texts.map((text) => bodies.put("documents", text)));
  const asked: number[] = [];
  const counting = {
    ...bodies,
    get: async (ref: (typeof refs)[number]) => {
      asked.push(refs.indexOf(ref));
      return bodies.get(ref);
    },
  };
  const read = keepDocuments(placeIn, BOUND);
  const readAt = async (place: number) => {
    const ref = refs[place];
    if (ref === undefined) throw new RangeError(`no document ${place}`);
    return read(counting, ref);
  };
  return { readAt, asked, bodies, forget: read.forget };
};

test("two hundred small documents that are read in turns are read once each", async () => {
  const { readAt, asked } = await documents(Array.from({ length: 200 }, () => 5));
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

test("documents are kept up to the bound all together, and what was asked for last stays", async () => {
  const half = BOUND / 2;
  const { readAt, asked } = await documents([half, half, half]);
  for (const place of [0, 1, 0, 2]) await readAt(place);
  expect(asked).toEqual([0, 1, 2]);
  await readAt(0);
  await readAt(2);
  expect(asked).toEqual([0, 1, 2]);
  await readAt(1);
  expect(asked).toEqual([0, 1, 2, 1]);
});

test("a document over the bound alone is kept, and takes the place of all others", async () => {
  const { readAt, asked } = await documents([5, BOUND + 1]);
  for (const place of [0, 1, 1]) await readAt(place);
  expect(asked).toEqual([0, 1]);
  await readAt(0);
  expect(asked).toEqual([0, 1, 0]);
});

test("a forgotten document is read anew, and kept within the bound again, also where it was being read meanwhile", async () => {
  const half = BOUND / 2;
  const { readAt, asked, forget } = await documents([half, half, half]);
  await readAt(0);
  const meanwhile = readAt(1);
  forget();
  expect(await meanwhile).toBe(1);
  for (const place of [1, 2, 1, 2]) await readAt(place);
  expect(asked).toEqual([0, 1, 1, 2]);
});

test("a read that failed is made again", async () => {
  const bodies = memoryBodies();
  const ref = await bodies.put("documents", 3);
  const read = keepDocuments(Number);
  const lost = { ...bodies, get: () => Promise.reject(new BodyLost(ref.key, "missing")) };
  await expect(read(lost, ref)).rejects.toThrow(BodyLost);
  expect(await read(bodies, ref)).toBe(3);
});
