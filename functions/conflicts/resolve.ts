import type { ConflictInput } from "../../shared/conflicts/conflict-input.ts";
import { resolveConflicts } from "../../shared/conflicts/resolve-conflicts.ts";
import { mockOnlyUnderLock } from "../../shared/execution/lock/mock-only.ts";
import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { accept, refuse } from "../../shared/plan/result.ts";
import type { Deps } from "../deps.ts";
import { amend } from "../records/amend.ts";
import { ExecutionNotFound, readExecution, readSubmission, type Submission } from "../records/documents.ts";
import { recordSchedule } from "../records/record-schedule.ts";
import { type PassInput, passInput } from "../records/workflow-input.ts";
import { type Concerned, type FactsDeps, gatherFacts } from "./gather-facts.ts";

export type ResolveDeps = FactsDeps & Pick<Deps, "executions" | "bodies" | "auditLog" | "settings" | "policy">;

/**
 * The facts that the conflicts stage decides by, with what other executions hold and did as far as `concerned` asks.
 */
export const conflictInput = async (
  deps: FactsDeps & Pick<Deps, "settings" | "policy">,
  execution: ExecutionRecord,
  submission: Submission,
  concerned: readonly Concerned[],
  final_arguments: ReadonlyMap<string, JsonObject> = new Map(),
): Promise<ConflictInput> => ({
  plans: submission.plans,
  contracts: submission.contractOf,
  config: execution.config,
  agents: new Map(submission.agents.map((agent) => [agent.agent_id, agent])),
  registry_open: deps.policy.registry_open,
  live_enabled: await deps.settings.liveEnabled(),
  facts: await gatherFacts(deps, execution, submission, concerned, final_arguments),
  final_arguments,
});

/**
 * Resolve conflicts: an order of the steps, stored once. A repeated task, and every later workflow run of the execution,
 * finds the schedule and keeps it.
 */
export const resolve =
  (deps: ResolveDeps) =>
  async (input: unknown): Promise<PassInput> => {
    const asked = passInput.parse(input);
    const execution = await readExecution(deps, asked.execution_id);
    if (execution.schedule !== null) {
      await recordSchedule(deps, execution, execution.schedule);
      return asked;
    }
    const submission = await readSubmission(deps.bodies, execution.submission);
    const steps = submission.plans.flatMap((plan) => plan.steps);
    const resolved = resolveConflicts(await conflictInput(deps, execution, submission, steps));
    const schedule = mockOnlyUnderLock(resolved, await deps.locks.all());
    const ref = await deps.bodies.put(`executions/${execution.execution_id}/schedules`, schedule);
    const stored = await amend(deps)(execution.execution_id, (found) =>
      found === undefined ? refuse(null) : accept(found.schedule === null ? { ...found, schedule: ref } : found),
    );
    if (!stored.ok) throw new ExecutionNotFound(execution.execution_id);
    // Another run of this task stored its schedule first; that one holds.
    if (stored.value.schedule?.digest !== ref.digest) return asked;
    await recordSchedule(deps, execution, ref);
    return asked;
  };
