import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { silentLog } from "../../functions/adapters/log/silent.ts";
import { decideApproval } from "../../functions/api/act/decide-approval.ts";
import { tellExecution } from "../../functions/api/act/decide-many.ts";
import { submitPlans } from "../../functions/api/submit/submit-plans.ts";
import { type Definition, readDefinition } from "../../local/engine/definition.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { digestOfBytes } from "../../shared/plan/digest.ts";
import { plan, update } from "../harness/plans.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-definition-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const start = (definition?: Definition): Promise<Stack> =>
  startStack({
    data_dir: folder,
    outputs_dir: join(folder, "outputs"),
    log: silentLog,
    registry_open: true,
    live_enabled: true,
    ...(definition === undefined ? {} : { definition }),
  });

const submitTo = async (stack: Stack, plan_id: string, contact_id: string): Promise<string> => {
  const body = { plans: [plan(plan_id, [update(`${plan_id}_s1`, contact_id, { stage: "customer" })])] };
  const asked = { text: JSON.stringify(body), body, submitter: "sam", idempotency_key: undefined };
  const reply = await submitPlans(stack.deps)(asked);
  if (!reply.ok) throw new Error(JSON.stringify(reply.refusal));
  await stack.workflow.idle();
  return reply.value.submitted.execution_id;
};

const approve = async (stack: Stack, execution_id: string): Promise<void> => {
  const [request] = await stack.deps.approvals.ofExecution(execution_id);
  if (request === undefined) throw new Error("nothing is asked");
  const given = { decision: "approve", digest: request.digest, comment: null, arguments: null } as const;
  const decided = await decideApproval(stack.deps)(request.approval_id, given, "ann", false);
  if (!decided.ok) throw new Error(JSON.stringify(decided.refusal));
  await tellExecution(stack.deps, decided.value);
  await stack.workflow.idle();
};

/** A machine that fails at the first thing it is asked to do. */
const failing = async (): Promise<Definition> => {
  const choice = z.looseObject({ Choices: z.array(z.unknown()) });
  const asl = z.looseObject({ States: z.looseObject({ "What next?": choice }) });
  const machine = asl.parse(JSON.parse((await readDefinition()).text));
  machine.States["What next?"].Choices.unshift({ Variable: "$.decision", IsPresent: true, Next: "Unwilling" });
  machine.States.Unwilling = { Type: "Fail", Error: "Unwilling" };
  const text = JSON.stringify(machine);
  return { text, digest: digestOfBytes(text) };
};

it("an execution keeps the state machine it began with, whatever a later start brings", async () => {
  const first = await start();
  const old = await submitTo(first, "p1", "c1");
  expect((await first.deps.executions.get(old))?.definition).toBe((await readDefinition()).digest);
  await first.stop();

  const changed = await failing();
  const second = await start(changed);
  await second.workflow.idle();
  await approve(second, old);
  expect(await second.deps.executions.get(old)).toMatchObject({ status: "SUCCEEDED" });
  expect(await second.deps.steps.get(old, "p1_s1")).toMatchObject({ state: "LIVE", ending: "live" });

  const young = await submitTo(second, "p2", "c2");
  expect(await second.deps.executions.get(young)).toMatchObject({ definition: changed.digest, status: "FAILED" });
  await second.stop();
});
