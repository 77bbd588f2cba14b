import type { ScheduledStep } from "../../../shared/conflicts/schedule.ts";
import { type ToolContract, undoingTool } from "../../../shared/contracts/tool-contract.ts";
import { recordOfCall } from "../../../shared/execution/order/duplicates.ts";
import { newStepRecord, type StepTransition, transit } from "../../../shared/execution/record/step-event.ts";
import type { BodyRef, StepRecord } from "../../../shared/execution/record/step-record.ts";
import { traceOfStep } from "../../../shared/execution/record/trace-context.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../shared/plan/json.ts";
import { Surprise } from "../../../shared/plan/surprise.ts";
import type { ArgumentSource } from "../../../shared/plan/tool-execution-plan.ts";
import type { ToolCall } from "../../../shared/ports/tools.ts";
import type { Deps } from "../../deps.ts";
import { type Loaded, loadExecution } from "../../records/documents.ts";

export type StepContext = Loaded & {
  readonly step: ScheduledStep;
  readonly record: StepRecord;
  readonly contract: ToolContract;
  /** Of the tool that would undo its call: the step's own, unless the contract names another that was registered. */
  readonly undoing: ToolContract;
  /** Of the tool that is called as the step stands: in ROLLBACK the one that undoes. */
  readonly called: ToolContract;
  /** As Next wave said: it depends on a call that another execution made. */
  readonly rests_elsewhere: boolean;
  /** As Next wave said: when its plan's time is used up, of a call that is to be made; null where it has no end. */
  readonly start_before: string | null;
};

/** The pinned contracts of a call and of what would undo it. */
export const contractsOfCall = (
  { contractOf }: { readonly contractOf: ReadonlyMap<string, ToolContract> },
  tool_name: string,
): Pick<StepContext, "contract" | "undoing"> | undefined => {
  const contract = contractOf.get(tool_name);
  return contract && { contract, undoing: contractOf.get(undoingTool(contract)) ?? contract };
};

/** Another event took the place of the one a rung wanted to write: somebody else moved the step. The pass is repeated. */
export class StepMoved extends Surprise {
  override readonly name = "StepMoved";
  constructor(step_id: string) {
    super(`step ${step_id} was moved by somebody else`);
  }
}

type StepIds = {
  readonly step_id: string;
  readonly rests_elsewhere?: boolean;
  readonly start_before?: string | null;
};

/** Everything a rung needs to know of its step. @throws ExecutionNotFound, RangeError for a step that is not there. */
export const loadStep = async (
  deps: Pick<Deps, "executions" | "bodies" | "steps">,
  ids: StepIds & { readonly execution_id: string },
): Promise<StepContext> => {
  const [loaded, found] = await Promise.all([
    loadExecution(deps, ids.execution_id),
    deps.steps.get(ids.execution_id, ids.step_id),
  ]);
  return contextOf(loaded, found, ids);
};

/** The same of a step whose execution and record are read already. @throws RangeError for a step that is not there. */
export const contextOf = (loaded: Loaded, found: StepRecord | undefined, ids: StepIds): StepContext => {
  const step = loaded.index.step(ids.step_id);
  const { plan_id, step_id } = step;
  const { execution_id, submitted_at } = loaded.execution;
  const contracts = contractsOfCall(loaded.submission, step.tool_name);
  if (contracts === undefined) throw new RangeError(`no contract of ${step.tool_name} is pinned`);
  const record = found ?? newStepRecord({ execution_id, plan_id, step_id }, submitted_at);
  const called = record.state === "ROLLBACK" ? contracts.undoing : contracts.contract;
  return {
    ...loaded,
    step,
    record,
    ...contracts,
    called,
    rests_elsewhere: ids.rests_elsewhere ?? false,
    start_before: ids.start_before ?? null,
  };
};

/**
 * Writes a transition of the step as it stood when the rung began.
 * @throws StepMoved when somebody else moved it meanwhile.
 */
export const move = async (
  deps: Pick<Deps, "steps" | "clock">,
  record: StepRecord,
  transition: Omit<StepTransition, "at" | "actor"> & { actor?: string },
): Promise<StepRecord> => {
  const at = deps.clock.now().toISOString();
  const transited = transit(record, { actor: "buddy", ...transition, at });
  if ((await deps.steps.append(transited)) === "moved") throw new StepMoved(record.step_id);
  return transited.record;
};

/** The arguments as they stand: as an approver edited them, which holds no `$from` any more, or as the plan says. */
export const currentArguments = async (
  deps: Pick<Deps, "bodies">,
  context: Pick<StepContext, "step" | "record">,
): Promise<{ arguments: JsonObject; sources: readonly ArgumentSource[] }> => {
  if (context.record.edited_arguments === null) {
    return { arguments: context.step.arguments, sources: context.step.argument_sources };
  }
  const edited = await deps.bodies.get(context.record.edited_arguments);
  if (!isJsonObject(edited)) throw new TypeError(`edited arguments of ${context.step.step_id} are not an object`);
  return { arguments: { $literal: edited }, sources: [] };
};

/** The outputs that feed a step's arguments, each as `choose` takes it from the record that tells of the source's call. */
export const readOutputs = async (
  deps: Pick<Deps, "steps" | "bodies">,
  context: Pick<StepContext, "execution" | "index">,
  sources: readonly ArgumentSource[],
  choose: (source: StepRecord, from: string) => BodyRef | null,
): Promise<(step_id: string) => Json | undefined> => {
  const outputs = new Map<string, Json>();
  for (const from of new Set(sources.map((source) => source.from))) {
    const record = await sourceRecord(deps, context, from);
    const ref = record === undefined ? null : choose(record, from);
    if (ref !== null) outputs.set(from, await deps.bodies.get(ref));
  }
  return (step_id) => outputs.get(step_id);
};

/** The record that tells what became of a source's call: or, of a duplicate, that of the step that made the call in its place. */
export const sourceRecord = async (
  deps: Pick<Deps, "steps">,
  { execution, index }: Pick<StepContext, "execution" | "index">,
  step_id: string,
): Promise<StepRecord | undefined> => {
  const record = await deps.steps.get(execution.execution_id, step_id);
  if (record?.ending !== "conflict") return record;
  const edges = index.edgesInto(step_id).filter((edge) => edge.kind === "twin");
  const firsts = await Promise.all(edges.map((edge) => deps.steps.get(execution.execution_id, edge.before)));
  const known = new Map(firsts.flatMap((first) => (first === undefined ? [] : [[first.step_id, first] as const])));
  return recordOfCall(record, edges, (id) => known.get(id) ?? record);
};

export const toolCall = (context: StepContext, args: JsonObject): ToolCall => ({
  contract: context.contract,
  undoing: context.undoing,
  arguments: args,
  execution_id: context.execution.execution_id,
  step_id: context.step.step_id,
  agent_id: context.step.acting_agent_id,
  traceparent: traceOfStep(context.execution, context.step.step_id),
  ...(context.start_before === null ? {} : { start_before: context.start_before }),
});

export const bodyPrefix = (execution_id: string, what: "arguments" | "outputs" | "previews" | "pictures"): string =>
  `executions/${execution_id}/${what}`;
