import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { submitPlans } from "../../functions/api/submit/submit-plans.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { collectingLog } from "../harness/collecting-log.ts";
import { plan, search, update } from "../harness/plans.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-recover-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A start of the server over the folder, what it tells, and when it has told that it took everything up. */
const start = async () => {
  const told: string[] = [];
  const takenUp = Promise.withResolvers<void>();
  const tell = (line: string): void => {
    told.push(line);
    if (line.startsWith("executions taken up")) takenUp.resolve();
  };
  const log = collectingLog([]);
  const outputs_dir = join(folder, "outputs");
  const stack = await startStack({ data_dir: folder, outputs_dir, log, registry_open: true, live_enabled: true, tell });
  return { stack, told, takenUp: takenUp.promise };
};

const submit = async ({ deps }: Stack, body: { plans: ReturnType<typeof plan>[] }): Promise<void> => {
  const asked = { text: JSON.stringify(body), body, submitter: "sam", idempotency_key: undefined };
  expect(await submitPlans(deps)(asked)).toMatchObject({ ok: true });
};

describe("a start over a folder in which executions were under way", () => {
  it("a start says how many executions are under way before it goes on with them, and how many it took up", async () => {
    const first = await start();
    for (const name of ["c1", "c2"]) {
      await submit(first.stack, { plans: [plan(name, [update(`${name}s`, name, { stage: "customer" })])] });
    }
    await submit(first.stack, { plans: [plan("p3", [search("p3s", "c1")])] });
    await first.stack.workflow.idle();
    await first.stack.stop();
    // The third needs nobody, so it has ended.
    const second = await start();
    expect(second.told[0]).toBe("executions under way: 2");
    await second.takenUp;
    expect(second.told).toEqual(["executions under way: 2", "executions taken up: 2"]);
    const { items } = await second.stack.deps.executions.list({ limit: 10, next: null });
    expect(items.map(({ status, history }) => `${status} ${history}`)).toEqual([
      "SUCCEEDED 1",
      "RUNNING 2",
      "RUNNING 2",
    ]);
    await second.stack.stop();
  });

  it("a start over a folder in which nothing is under way says nothing", async () => {
    const first = await start();
    await first.stack.stop();
    expect(first.told).toEqual([]);
    const second = await start();
    await second.stack.stop();
    expect(second.told).toEqual([]);
  });
});
