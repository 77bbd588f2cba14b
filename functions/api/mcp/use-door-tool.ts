import type { CallToolResult } from "@modelcontextprotocol/server";
import pMap from "p-map";
import type { z } from "zod";
import type { DoorTool } from "../../../shared/contracts/offer/offered-names.ts";
import { metaField } from "../../../shared/contracts/offer/offered-tool.ts";
import { canonicalJson } from "../../../shared/plan/digest.ts";
import { json } from "../../../shared/plan/json.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { submissionSizeViolations } from "../../../shared/plan/submission-size.ts";
import { listViolations } from "../../../shared/plan/violation.ts";
import type { Deps } from "../../deps.ts";
import { awaitCall, lookUntil } from "../call/await-call.ts";
import type { CallDeps } from "../call/call-tool.ts";
import { loadCall } from "../call/load-call.ts";
import { replyToCall } from "../call/reply-to-call.ts";
import { MOST_WAITING } from "../call/take-place.ts";
import { invalidInput, notFound } from "../http/problems.ts";
import { readAs } from "../http/read-as.ts";
import { showExecution } from "../read/show-execution.ts";
import type { ExecutionDetail, Problem } from "../schemas.ts";
import { submitPlans } from "../submit/submit-plans.ts";
import type { Asking } from "./asking.ts";
import { asLeftOut, doorInputs, told } from "./door-tools.ts";
import { ownExecution } from "./own-executions.ts";
import { resultOf, resultOfProblem } from "./results.ts";

export type DoorDeps = CallDeps & Pick<Deps, "timer" | "ledger">;

type Input<Name extends DoorTool> = z.output<(typeof doorInputs)[Name]>;
type Using = { readonly deps: DoorDeps; readonly asking: Asking; readonly signal: AbortSignal };
type Answered = Promise<Result<CallToolResult, Problem>>;

/** Uses one of the door's own tools. */
export const useDoorTool = async (using: Using, name: DoorTool, given: unknown): Promise<CallToolResult> => {
  const answered = await answer(using, name, given);
  return answered.ok ? answered.value : resultOfProblem(answered.refusal);
};

const answer = async (using: Using, name: DoorTool, given: unknown): Answered => {
  switch (name) {
    case "buddy_propose_plan": {
      const violations = submissionSizeViolations(given);
      if (violations.length > 0) return refuse(invalidInput(listViolations(violations)));
      const input = readAs(doorInputs[name], asLeftOut(name, given), "");
      return input.ok ? proposePlan(using, input.value) : input;
    }
    case "buddy_wait": {
      const input = readAs(doorInputs[name], asLeftOut(name, given), "");
      return input.ok ? waitOn(using, input.value.id, input.value.wait_seconds) : input;
    }
    case "buddy_status": {
      const input = readAs(doorInputs[name], asLeftOut(name, given), "");
      if (!input.ok) return input;
      const { id } = input.value;
      return id === undefined ? accept(await listWaiting(using)) : waitOn(using, id, 0);
    }
  }
};

const PLAN = "plan";

const proposePlan = async ({ deps, asking, signal }: Using, input: Input<"buddy_propose_plan">): Answered => {
  const { key, goal, steps, config, wait_seconds } = input;
  const { agent, submitter, correlation_id, traceparent } = asking;
  const names = [...new Set(steps.map(({ tool_name }) => tool_name))];
  const contracts = await pMap(names, (tool_name) => deps.contracts.get(tool_name), { concurrency: 10 });
  const permissions = [...new Set(contracts.flatMap((contract) => contract?.required_permissions ?? []))];
  const plan = { plan_id: PLAN, goal, agents: [{ agent_id: agent, permissions }], steps: withAgent(steps, agent) };
  const body: unknown = JSON.parse(JSON.stringify({ plans: [plan], config: config ?? {} }));
  const text = canonicalJson(json.parse(body));
  const idempotency_key = `mcp:${key}`;
  const asked = { text, body, submitter, agent, idempotency_key, correlation_id, traceparent };
  const sent = await submitPlans(deps)(asked);
  if (!sent.ok) return sent;
  return standingOfPlan({ deps, asking, signal }, sent.value.submitted.execution_id, wait_seconds);
};

const withAgent = (steps: Input<"buddy_propose_plan">["steps"], agent_id: string) =>
  steps.map((step) => ({ ...step, agent_id }));

const waitOn = async (using: Using, id: string, seconds: number): Answered => {
  const { deps, asking, signal } = using;
  const since = deps.clock.now().getTime();
  const unknown = notFound(`a call or plan ${id} of agent ${asking.agent}`);
  if ((await ownExecution(deps, asking, id)) === undefined) return refuse(unknown);
  const loaded = await awaitCall(deps, id, seconds, signal);
  if (loaded === undefined) return standingOfPlan(using, id, seconds);
  const { origin } = asking;
  const beside = { attached: false, warnings: [], origin, signal, since, asker: true };
  return accept(resultOf(await replyToCall(deps, loaded, beside)));
};

const MOST_STEPS_TOLD = 100;

const standingOfPlan = async ({ deps, signal }: Using, execution_id: string, seconds: number): Answered => {
  const look = () => showExecution(deps)(execution_id, { steps_limit: MOST_STEPS_TOLD });
  const isOver = (seen: Awaited<ReturnType<typeof look>>) => !seen.ok || hasEnded(seen.value);
  const seen = await lookUntil(deps, { execution_id, seconds, signal, look, isOver });
  return seen.ok ? accept(resultOfPlan(seen.value)) : seen;
};

/** Its steps have: what follows writes its record up. */
const hasEnded = ({ status, finished_steps, step_count }: ExecutionDetail): boolean =>
  status !== "RUNNING" || finished_steps === step_count;

const resultOfPlan = (plan: ExecutionDetail): CallToolResult => {
  const { execution_id, status, step_count, finished_steps, open_approvals } = plan;
  const asks = open_approvals === 0 ? "" : ` ${open_approvals} wait for a person to decide.`;
  const goesOn = !hasEnded(plan)
    ? ` It goes on: ask again with buddy_wait and ${JSON.stringify({ id: execution_id })}; do not propose it again.`
    : "";
  const steps = plan.steps.map(({ source_step_id, tool_name, state, finished, ending, reason }) =>
    JSON.stringify({ step_id: source_step_id, tool_name, state, finished, ending, reason }),
  );
  const more = plan.next === null ? [] : [`and ${step_count - plan.steps.length} more steps`];
  const head = `Plan ${execution_id} is ${status}: ${finished_steps} of ${step_count} steps have ended.${asks}${goesOn}`;
  const warnings = plan.warnings.map((warning) => `Note: ${warning}`);
  const words = [head, ...steps, ...more, ...warnings].join("\n");
  return told(words, { [metaField("execution")]: { execution_id, status, step_count, finished_steps } });
};

const MOST_LISTED = 50;

const listWaiting = async ({ deps, asking }: Using): Promise<CallToolResult> => {
  const asked = await deps.askedCalls.ofAgent(asking.agent, MOST_WAITING);
  const shown = await pMap(asked.slice(0, MOST_LISTED), ({ execution_id }) => loadCall(deps, execution_id), {
    concurrency: 10,
  });
  const lines = shown.flatMap((loaded) =>
    loaded === undefined
      ? []
      : [`- ${loaded.execution.execution_id} ${loaded.step.tool_name}: ${loaded.answer.message}`],
  );
  const more = asked.length > MOST_LISTED ? [`and ${asked.length - MOST_LISTED} more`] : [];
  const head = asked.length === 0 ? "No call of yours waits." : `Your calls that wait, or whose end you were not told:`;
  return told([head, ...lines, ...more].join("\n"));
};
