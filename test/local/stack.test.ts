import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ulid } from "ulid";
import { afterEach, beforeEach, expect, it } from "vitest";
import { putContract } from "../../functions/api/administer/put-contract.ts";
import { searchExecutions } from "../../functions/api/read/search-executions.ts";
import { submitPlans } from "../../functions/api/submit/submit-plans.ts";
import { realTimer, type Timer } from "../../functions/tools/timer.ts";
import { startStack } from "../../local/stack.ts";
import { moveCardBlindly } from "../functions/tools/worker/card-tools.ts";
import { collectingLog, type LoggedLine } from "../harness/collecting-log.ts";
import { plan, update } from "../harness/plans.ts";
import { execution } from "../ports/records.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-stack-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

it("a server that is stopped in the middle of a sweep ends when that has come to rest, and starts again", async () => {
  const logged: LoggedLine[] = [];
  const log = collectingLog(logged);
  const minutes: (() => void)[] = [];
  const timer: Timer = {
    after: (milliseconds, then) => {
      if (milliseconds !== 60_000) return realTimer.after(milliseconds, then);
      minutes.push(then);
      return () => {};
    },
  };
  const start = () =>
    startStack({ data_dir: folder, outputs_dir: join(folder, "outputs"), log, registry_open: true, timer });
  const first = await start();
  const body = { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] };
  const asked = { text: JSON.stringify(body), body, submitter: "sam", idempotency_key: undefined };
  expect(await submitPlans(first.deps)(asked)).toMatchObject({ ok: true });
  await first.workflow.idle();
  minutes.at(-1)?.();
  await first.stop();
  const second = await start();
  await second.stop();
  expect(minutes.length).toBe(2);
  expect(logged.filter(({ level }) => level === "error")).toEqual([]);
});

it("the newest execution is the last that was submitted, also after a start with the machine's clock set back", async () => {
  const start = () =>
    startStack({ data_dir: folder, outputs_dir: join(folder, "outputs"), log: collectingLog([]), registry_open: true });
  const first = await start();
  const ahead = Date.now() + 864_000_000;
  const before = execution({
    execution_id: ulid(ahead),
    submitted_at: new Date(ahead).toISOString(),
    status: "SUCCEEDED",
  });
  await first.deps.executions.create(before);
  await first.stop();
  const second = await start();
  const submitted: string[] = [];
  for (const stage of ["customer", "lead"]) {
    const body = { plans: [plan(`p_${stage}`, [update("s1", "c1", { stage })])] };
    const asked = { text: JSON.stringify(body), body, submitter: "sam", idempotency_key: undefined };
    const reply = await submitPlans(second.deps)(asked);
    if (reply.ok) submitted.push(reply.value.submitted.execution_id);
    await second.workflow.idle();
  }
  const listed = async (search: { since?: string }) =>
    (await searchExecutions(second.deps)({ limit: 2, ...search })).items.map(({ execution_id }) => execution_id);
  expect(await listed({})).toEqual(submitted.toReversed());
  expect(await listed({ since: new Date(ahead - 1_000).toISOString() })).toEqual([before.execution_id]);
  await second.stop();
});

it("a start that fails gives the folder back, so that the next one has it", async () => {
  const start = () =>
    startStack({ data_dir: folder, outputs_dir: join(folder, "outputs"), log: collectingLog([]), registry_open: true });
  await mkdir(join(folder, "keys"));
  await writeFile(join(folder, "keys", "signing-key.pem"), "no key");
  await expect(start()).rejects.toThrow("does not hold a key");
  await rm(join(folder, "keys"), { recursive: true });
  await (await start()).stop();
});

it("one machine takes no contract whose calls are made by a function of AWS, and says what to do instead", async () => {
  const log = collectingLog([]);
  const stack = await startStack({ data_dir: folder, outputs_dir: join(folder, "outputs"), log, registry_open: true });
  const contract = moveCardBlindly({ binding: { kind: "lambda", function: "cards" } });
  const put = await putContract(stack.deps)("card_move_blindly", contract, "olga");
  await stack.stop();
  expect(put).toMatchObject({
    ok: false,
    refusal: {
      violations: [
        {
          path: "/binding/kind",
          message: expect.stringContaining("on one machine bind the tool to a worker"),
        },
      ],
    },
  });
});
