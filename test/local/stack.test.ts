import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { putContract } from "../../functions/api/administer/put-contract.ts";
import { submitPlans } from "../../functions/api/submit/submit-plans.ts";
import { realTimer, type Timer } from "../../functions/tools/timer.ts";
import { startStack } from "../../local/stack.ts";
import { moveCardBlindly } from "../functions/tools/worker/card-tools.ts";
import { collectingLog, type LoggedLine } from "../harness/collecting-log.ts";
import { plan, update } from "../harness/plans.ts";

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
