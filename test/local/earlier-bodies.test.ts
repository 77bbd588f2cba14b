import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sealedBody } from "../../functions/adapters/bodies.ts";
import { memoryBodies } from "../../functions/adapters/memory/bodies.ts";
import { withEarlierBodies } from "../../local/earlier-bodies.ts";
import type { Json } from "../../shared/plan/json.ts";
import { BodyLost } from "../../shared/ports/bodies.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "buddy-bodies-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A body as a version before left it. */
const left = async (value: Json) => {
  const { ref, text } = sealedBody("executions/e1/outputs", value);
  const path = join(root, ref.key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return { ref, path };
};

describe("bodies that an earlier version kept as files", () => {
  it("bodies that an earlier version kept as files are read where they are, beside those that are written from now on", async () => {
    const bodies = withEarlierBodies(memoryBodies(), root);
    const { ref } = await left({ amount: 1 });
    expect(await bodies.get(ref)).toEqual({ amount: 1 });
    expect(await bodies.get(await bodies.put("executions/e1/outputs", { amount: 2 }))).toEqual({ amount: 2 });
  });

  it("bodies of an earlier version are lost where they were changed, cut short or removed", async () => {
    const bodies = withEarlierBodies(memoryBodies(), root);
    const { ref, path } = await left({ amount: 1 });
    for (const text of ['{"amount":2}', '{"amo']) {
      await writeFile(path, text);
      await expect(bodies.get(ref)).rejects.toThrow(new BodyLost(ref.key, "changed"));
    }
    await rm(path);
    await expect(bodies.get(ref)).rejects.toThrow(new BodyLost(ref.key, "missing"));
  });

  it("bodies of an earlier version stay below their folder, wherever a reference points", async () => {
    const bodies = withEarlierBodies(memoryBodies(), root);
    await expect(bodies.get({ key: "../../etc/passwd", digest: "d" })).rejects.toThrow(RangeError);
  });
});
