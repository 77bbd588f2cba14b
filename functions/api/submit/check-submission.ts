import pMap from "p-map";
import { contractNotes, contractViolations } from "../../../shared/contracts/check-plan.ts";
import { contractsByName } from "../../../shared/contracts/registry.ts";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import type { SubmissionRecord } from "../../../shared/execution/record/submission-record.ts";
import { argumentSizeFault } from "../../../shared/plan/argument-size.ts";
import type { ExecutionConfig } from "../../../shared/plan/config.ts";
import { pointerTo } from "../../../shared/plan/json-pointer.ts";
import { SUBMITTER_NOT_ALLOWED } from "../../../shared/plan/name-rules.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { acceptSubmission, type Registries, toolsNamedIn } from "../../../shared/plan/submission.ts";
import { identifier, type ToolExecutionPlan } from "../../../shared/plan/tool-execution-plan.ts";
import { listViolations, type Violation, type Violations } from "../../../shared/plan/violation.ts";
import type { Deps } from "../../deps.ts";
import { calledNow } from "../../records/called-now.ts";
import { MAX_PLAN_ID_BYTES, MAX_STEPS_PER_SUBMISSION } from "../http/limits.ts";

export type CheckedSubmission = { readonly record: SubmissionRecord; readonly config: ExecutionConfig };

const tooManySteps = (plans: readonly ToolExecutionPlan[]): Violation[] => {
  const steps = plans.reduce((sum, plan) => sum + plan.steps.length, 0);
  if (steps <= MAX_STEPS_PER_SUBMISSION) return [];
  const message = `has ${steps} steps; at most ${MAX_STEPS_PER_SUBMISSION} go into one submission, so send several`;
  return [{ path: "/plans", rule: "too_many_steps", message }];
};

/** The execution's record holds them, and its item 400 KB; each listing of executions shows them. */
const tooLongPlanIds = (plans: readonly ToolExecutionPlan[]): Violation[] => {
  const bytes = plans.reduce((sum, { plan_id }) => sum + plan_id.length + QUOTES_AND_COMMA, 0);
  if (bytes <= MAX_PLAN_ID_BYTES) return [];
  const message = `the ids of its ${plans.length} plans have ${bytes} bytes together; at most ${MAX_PLAN_ID_BYTES} go into one submission, so send several`;
  return [{ path: "/plans", rule: "plan_ids_too_large", message }];
};
const QUOTES_AND_COMMA = 3;

/** Arguments travel in approvals and in the ledger, whose items hold 400 KB. */
const tooLargeArguments = (plans: readonly ToolExecutionPlan[], paths: readonly string[]): Violation[] =>
  plans.flatMap((plan, index) => {
    const at = paths[index] ?? `/plans/${index}`;
    const places = new Map(
      plan.steps.map((step) => [
        plan.source_form === "full"
          ? `${at}/steps/${step.position}/arguments`
          : pointerTo(`${at}/tool_arguments`, step.tool_name),
        step.arguments,
      ]),
    );
    return [...places].flatMap(([path, args]): Violation[] => {
      const message = argumentSizeFault(args);
      return message === undefined ? [] : [{ path, rule: "arguments_too_large", message }];
    });
  });

/** The contracts the plans use, and those of the tools that compensate them. */
const pinned = (plans: readonly ToolExecutionPlan[], registry: ReadonlyMap<string, ToolContract>): ToolContract[] => {
  const found = new Map<string, ToolContract>();
  const pin = (tool_name: string): void => {
    const contract = registry.get(tool_name);
    if (contract === undefined || found.has(tool_name)) return;
    found.set(tool_name, contract);
    if (typeof contract.compensation === "object") pin(contract.compensation.tool_name);
  };
  for (const plan of plans) for (const step of plan.steps) pin(step.tool_name);
  return [...found.values()];
};

/** They stand in the answer and in the record: enough to see what is wrong, not each of four thousand steps. */
const MAX_NOTES = 100;

const noted = (warnings: readonly string[]): string[] =>
  warnings.length <= MAX_NOTES
    ? [...warnings]
    : [...warnings.slice(0, MAX_NOTES), `and ${warnings.length - MAX_NOTES} more`];

/** Tools read before it is looked whether one of them is not there: a body may name ten thousand that are not. */
const READ_TOGETHER = 50;

/**
 * The contracts of the tools that a body names, and of those that undo them: each by its name, so that a submission
 * costs what its own tools cost, however many are registered. All of them where one is not there: a near name may be.
 */
const contractsFor = async (
  { contracts }: Pick<Deps, "contracts">,
  named: readonly string[],
): Promise<ReadonlyMap<string, ToolContract>> => {
  const all = async () => contractsByName(await contracts.all());
  if (named.some((name) => !identifier.safeParse(name).success)) return all();
  const found = new Map<string, ToolContract>();
  let wanted = [...named];
  while (wanted.length > 0) {
    const now = wanted.slice(0, READ_TOGETHER);
    const read = await pMap(now, (name) => contracts.get(name), { concurrency: 10 });
    if (read.includes(undefined)) return all();
    for (const contract of read) if (contract !== undefined) found.set(contract.tool_name, contract);
    const undoing = read.flatMap((contract) =>
      typeof contract?.compensation === "object" ? [contract.compensation.tool_name] : [],
    );
    wanted = [...new Set([...wanted.slice(READ_TOGETHER), ...undoing])].filter((name) => !found.has(name));
  }
  return found;
};

export type CheckDeps = Pick<Deps, "contracts" | "agents" | "policy" | "callerNames">;

/** Names are looked up where a refusal speaks of people: what is accepted costs no look. */
const acceptOrName = async (
  deps: Pick<Deps, "callerNames">,
  body: unknown,
  registries: Registries,
): Promise<ReturnType<typeof acceptSubmission>> => {
  const accepted = acceptSubmission(body, registries);
  if (accepted.ok || !accepted.refusal.violations.some(({ rule }) => rule === SUBMITTER_NOT_ALLOWED)) return accepted;
  return acceptSubmission(body, { ...registries, called: await calledNow(deps) });
};

/** A body as plans with everything they rest on, or everything that is wrong with it. Stores nothing. */
export const checkSubmission =
  (deps: CheckDeps) =>
  async (body: unknown, submitter: string): Promise<Result<CheckedSubmission, Violations>> => {
    const [registry, registered] = await Promise.all([contractsFor(deps, toolsNamedIn(body)), deps.agents.readable()]);
    const { items: agents, unreadable } = registered;
    const known = new Map(agents.map((agent) => [agent.agent_id, agent]));
    const { registry_open } = deps.policy;
    const registries = { tools: registry, agents: known, registry_open, submitter };
    const accepted = await acceptOrName(deps, body, registries);
    if (!accepted.ok) return accepted;
    const { plans, config, warnings, plan_paths } = accepted.value;
    const limits = [...tooManySteps(plans), ...tooLongPlanIds(plans), ...tooLargeArguments(plans, plan_paths)];
    const violations = limits.length > 0 ? limits : contractViolations(plans, registry, plan_paths);
    if (violations.length > 0) return refuse(listViolations(violations));
    const acting = new Set(plans.flatMap((plan) => plan.agents.map(({ agent_id }) => agent_id)));
    // A plan must not say itself what a registered agent may do, because the record of that one cannot be read.
    await Promise.all(
      unreadable.filter((agent_id) => acting.has(agent_id)).map((agent_id) => deps.agents.get(agent_id)),
    );
    const record = {
      plans,
      contracts: pinned(plans, registry),
      agents: agents.filter(({ agent_id }) => acting.has(agent_id)),
      warnings: noted([...warnings, ...contractNotes(plans, registry)]),
    };
    return accept({ record, config });
  };
