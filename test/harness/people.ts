import { decideApproval } from "../../functions/api/act/decide-approval.ts";
import { tellExecution } from "../../functions/api/act/decide-many.ts";
import { submitPlans } from "../../functions/api/submit/submit-plans.ts";
import type { ApprovalRequest } from "../../shared/execution/approval/approval.ts";
import type { DecisionWord } from "../../shared/execution/approval/decide.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import type { Result } from "../../shared/plan/result.ts";
import type { TestWorld } from "./world.ts";

export const must = <Value, Refusal>(result: Result<Value, Refusal>): Value => {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.refusal)}`);
  return result.value;
};

/** Submits a body as `sam` and lets it go as far as it can. @returns the execution's id */
export const submit = async (world: TestWorld, body: JsonObject, submitter = "sam"): Promise<string> => {
  const text = JSON.stringify(body);
  const reply = await submitPlans(world.deps)({ text, body, submitter, idempotency_key: undefined });
  await world.settle();
  return must(reply).submitted.execution_id;
};

/** Somebody who may decide, as the API knows them. */
export const approver = (name: string) => ({ name, scopes: ["approvals:decide", "read"] });

export const openRequests = async (world: TestWorld, execution_id: string): Promise<ApprovalRequest[]> =>
  (await world.deps.approvals.ofExecution(execution_id)).filter(({ status }) => status === "open");

/** The one open request of a step. */
export const requestFor = async (world: TestWorld, execution_id: string, step_id: string): Promise<ApprovalRequest> => {
  const requests = (await openRequests(world, execution_id)).filter((request) => request.step_id === step_id);
  const [request] = requests;
  if (request === undefined || requests.length > 1) throw new Error(`${step_id} has ${requests.length} open requests`);
  return request;
};

export type DecisionOptions = { by?: string; comment?: string; arguments?: JsonObject; digest?: string };

/** Decides as `ann` unless said otherwise. @returns the decided request, or why it was refused. */
export const tryToDecide = async (
  world: TestWorld,
  request: ApprovalRequest,
  decision: DecisionWord,
  { by = "ann", comment, arguments: args, digest }: DecisionOptions = {},
) => {
  const given = { decision, digest: digest ?? request.digest, comment: comment ?? null, arguments: args ?? null };
  return decideApproval(world.deps)(request.approval_id, given, by, false);
};

export const decide = async (
  world: TestWorld,
  execution_id: string,
  step_id: string,
  decision: DecisionWord,
  options: DecisionOptions = {},
): Promise<void> => {
  const request = await requestFor(world, execution_id, step_id);
  const comment = options.comment ?? (decision === "reject" || decision === "edit" ? "no" : undefined);
  const decided = must(
    await tryToDecide(world, request, decision, comment === undefined ? options : { ...options, comment }),
  );
  await tellExecution(world.deps, decided);
  await world.settle();
};

/** Approves without telling the execution, so that several are let through by one pass. */
export const approveQuietly = async (
  world: TestWorld,
  execution_id: string,
  step_id: string,
  options: DecisionOptions = {},
): Promise<void> => {
  must(await tryToDecide(world, await requestFor(world, execution_id, step_id), "approve", options));
};

export const approve = (world: TestWorld, execution_id: string, step_id: string, options?: DecisionOptions) =>
  decide(world, execution_id, step_id, "approve", options);

/** Approves whatever is asked, until nothing is asked any more. */
export const approveAll = async (world: TestWorld, execution_id: string): Promise<void> => {
  for (let asked = await openRequests(world, execution_id); asked.length > 0; ) {
    for (const { step_id } of asked) {
      if ((await openRequests(world, execution_id)).some((request) => request.step_id === step_id)) {
        await approve(world, execution_id, step_id);
      }
    }
    await world.rest();
    asked = await openRequests(world, execution_id);
  }
};
