import { ledgerKey, ledgerOfExecution } from "../../functions/adapters/table/keys/of-calls.ts";
import { executionKey, stepKey } from "../../functions/adapters/table/keys/of-executions.ts";
import { readBody } from "../../functions/adapters/table/record.ts";
import { callText, knownArguments } from "../../shared/conflicts/call-digest.ts";
import { sharesWrittenResource } from "../../shared/conflicts/rule-of-order.ts";
import { type Edge, type ScheduledStep, schedule } from "../../shared/conflicts/schedule.ts";
import { sealedPreview } from "../../shared/execution/approval/preview.ts";
import { executionRecord } from "../../shared/execution/record/execution-record.ts";
import { ledgerRow } from "../../shared/execution/record/ledger-row.ts";
import { type StepRecord, stepRecord } from "../../shared/execution/record/step-record.ts";
import { indexSchedule, type ScheduleIndex } from "../../shared/execution/view/view.ts";
import { jsonObject } from "../../shared/plan/json.ts";
import type { Facts } from "./invariant.ts";

/** A step of an execution, by its ids. */
export type Place = { readonly execution_id: string; readonly step_id: string };

export const placeName = ({ execution_id, step_id }: Place): string => `${execution_id}/${step_id}`;

type ScheduleReader = (execution_id: string) => Promise<ScheduleIndex>;

const readers = new WeakMap<Facts, ScheduleReader>();

/** Schedules by the reference under which they are kept, read once for all who watch one schedule: they never change. */
export const scheduleReader = (facts: Facts): ScheduleReader => {
  const reader = readers.get(facts) ?? readerOf(facts);
  readers.set(facts, reader);
  return reader;
};

const readerOf = ({ table, bodies }: Facts): ScheduleReader => {
  const known = new Map<string, Promise<ScheduleIndex>>();
  return async (execution_id) => {
    const item = await table.get(executionKey(execution_id));
    const ref = item === undefined ? null : readBody(executionRecord, item).schedule;
    if (ref === null) throw new Error(`${execution_id} has no schedule`);
    const found = known.get(ref.key) ?? bodies.get(ref).then((body) => indexSchedule(schedule.parse(body)));
    known.set(ref.key, found);
    return found;
  };
};

/** All that is reached from a step, near and far, through steps that are let through. */
const reached = (
  index: ScheduleIndex,
  step_id: string,
  next: (step_id: string) => string[],
  through: (step: ScheduledStep) => boolean,
): ScheduledStep[] => {
  const found = new Set<string>();
  const open = [step_id];
  for (let from = open.pop(); from !== undefined; from = open.pop()) {
    for (const id of next(from)) {
      if (found.has(id) || !through(index.step(id))) continue;
      found.add(id);
      open.push(id);
    }
  }
  return [...found].map((id) => index.step(id));
};

/** The same within its plan. */
const reachedInPlan = (index: ScheduleIndex, step_id: string, next: (step_id: string) => string[]) => {
  const { plan_id } = index.step(step_id);
  return reached(index, step_id, next, (step) => step.plan_id === plan_id);
};

/** Everything that stands ahead of a step in its own plan along such edges. */
export const aheadOf = (index: ScheduleIndex, step_id: string, along: (edge: Edge) => boolean): ScheduledStep[] =>
  reachedInPlan(index, step_id, (id) => index.edgesInto(id).flatMap((edge) => (along(edge) ? [edge.before] : [])));

/** Everything that follows a step in its own plan, along any edge. */
export const behind = (index: ScheduleIndex, step_id: string): ScheduledStep[] =>
  reachedInPlan(index, step_id, (id) => index.edgesOutOf(id).map((edge) => edge.after));

/**
 * The steps that follow one in other plans, in an order that stands: the next ones, and further off those that write what it
 * touches, or touch what it writes. Of two equal calls only one was made.
 */
export const behindElsewhere = (index: ScheduleIndex, step_id: string): ScheduledStep[] => {
  const step = index.step(step_id);
  const next = (id: string) => index.edgesOutOf(id).flatMap((edge) => (edge.kind === "twin" ? [] : [edge.after]));
  const near = new Set(next(step_id));
  return reached(index, step_id, next, () => true).filter(
    (other) =>
      other.plan_id !== step.plan_id &&
      (near.has(other.step_id) || sharesWrittenResource(step, other) || sharesWrittenResource(other, step)),
  );
};

/** How a step ended, by its record; null while it has not. */
export const endingOf = async (facts: Facts, place: Place) => (await recordOf(facts, place))?.ending ?? null;

export const recordOf = async ({ table }: Facts, { execution_id, step_id }: Place): Promise<StepRecord | undefined> => {
  const item = await table.get(stepKey(execution_id, step_id));
  return item && readBody(stepRecord, item);
};

/** Undefined where they were never known. */
const argumentsOf = async ({ bodies }: Facts, step: ScheduledStep, record: StepRecord) => {
  if (record.preview !== null) return sealedPreview.parse(await bodies.get(record.preview)).arguments;
  if (record.edited_arguments !== null) return jsonObject.parse(await bodies.get(record.edited_arguments));
  return step.argument_sources.length === 0 ? knownArguments(step) : undefined;
};

/** Every call that was made of these arguments, in whatever execution, and is on record as committed. */
const equalCalls = async ({ table, executions }: Facts, text: string): Promise<Place[]> => {
  const found: Place[] = [];
  for (const execution_id of executions) {
    for (const item of await table.query(ledgerOfExecution(execution_id))) {
      if (item.status !== "COMMITTED") continue;
      const row = readBody(ledgerRow, item);
      if (row.side === "forward" && callText(row.tool_name, row.arguments) === text) found.push(row);
    }
  }
  return found;
};

/**
 * The committed calls that a step of an execution counts by: its own, or, where it ended as a duplicate, those that are
 * equal to it. None: it is undecided, or was refused in whatever way.
 */
export const callsFor = async (facts: Facts, execution_id: string, step: ScheduledStep): Promise<readonly Place[]> => {
  const place = { execution_id, step_id: step.step_id };
  const own = await facts.table.get(ledgerKey({ ...place, side: "forward" }));
  if (own?.status === "COMMITTED") return [place];
  const record = await recordOf(facts, place);
  if (record?.ending !== "conflict") return [];
  const args = await argumentsOf(facts, step, record);
  return args === undefined ? [] : equalCalls(facts, callText(step.tool_name, args));
};
