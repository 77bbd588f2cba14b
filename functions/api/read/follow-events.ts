import pMap from "p-map";
import { type AuditEvent, OPERATORS } from "../../../shared/audit/audit-event.ts";
import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import { stepChain } from "../../../shared/execution/record/step-event.ts";
import type { StepRecord } from "../../../shared/execution/record/step-record.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { lookUntil } from "../call/await-call.ts";
import { oneViolation } from "../http/problems.ts";
import type { EventPage, Problem } from "../schemas.ts";
import { type EventsMark, fromMark, lengthsOf, readOfSteps, toMark } from "./events-mark.ts";

type Using = Pick<Deps, "auditLog" | "executions" | "steps" | "changes">;

type Asked = {
  readonly after: string;
  readonly limit: number;
  readonly wait: number;
  readonly signal: AbortSignal | undefined;
};

type Seen = { readonly items: readonly AuditEvent[]; readonly mark: EventsMark };

const CHAINS_AT_ONCE = 16;

/** Of the events in one answer together, as in every page: it may have 4 MiB. */
const MOST_BYTES = 2_097_152;

/** The events that came after a mark; where none did, waits for so many seconds until one comes or the status changes. */
export const followEvents =
  (deps: Using) =>
  async (execution_id: string, { after, limit, wait, signal }: Asked): Promise<Result<EventPage, Problem>> => {
    const mark = fromMark(after, execution_id);
    if (mark === undefined) return refuse(oneViolation(NO_MARK));
    const seen = await lookUntil(deps, {
      execution_id,
      seconds: wait,
      signal,
      look: () => look(deps, execution_id, mark, limit),
      isOver: ({ items, mark: { status } }) => items.length > 0 || status !== mark.status,
    });
    return accept({ items: [...seen.items], next: null, after: toMark(seen.mark), status: seen.mark.status });
  };

const NO_MARK = {
  path: "/query/after",
  rule: "page_mark",
  message: "is not the mark of an answer; send it as the answer before gave it, or empty for all events",
};

const look = async (deps: Using, execution_id: string, mark: EventsMark, limit: number): Promise<Seen> => {
  const chain = execution_id === OPERATORS ? OPERATORS : "execution";
  // The status first: who sees an end has every event before it in this answer or the next.
  const execution = execution_id === OPERATORS ? undefined : await deps.executions.get(execution_id);
  const [serial, records] = await Promise.all([
    deps.auditLog.since(execution_id, chain, mark.serial, limit),
    execution === undefined ? [] : deps.steps.all(execution_id),
  ]);
  const read = withAllSteps(execution, records) ? readOfSteps(mark, idsOf(records)) : undefined;
  const moved = read === undefined ? [] : firstToRead(records, read, limit - serial.length);
  const ofSteps = await pMap(
    moved,
    ({ step_id }) => deps.auditLog.since(execution_id, stepChain(step_id), read?.get(step_id) ?? 0, limit),
    { concurrency: CHAINS_AT_ONCE },
  );
  const items = firstThatFit([...serial, ...ofSteps.flat()], limit);
  const behind = behindOf(mark, chain, read, items);
  return { items: items.toSorted(byTime), mark: { ...behind, status: execution?.status ?? null } };
};

/** Steps are followed as soon as all of them are on record: none has moved before. */
const withAllSteps = (execution: ExecutionRecord | undefined, records: readonly StepRecord[]): boolean =>
  execution?.step_count === records.length;

const idsOf = (records: readonly StepRecord[]): string[] => records.map(({ step_id }) => step_id);

/** Steps with events that were not read, so many of them as have enough to fill the answer. */
const firstToRead = (
  records: readonly StepRecord[],
  read: ReadonlyMap<string, number>,
  wanted: number,
): StepRecord[] => {
  const found: StepRecord[] = [];
  let left = wanted;
  for (const record of records) {
    if (left <= 0) return found;
    const unread = record.seq - (read.get(record.step_id) ?? 0);
    if (unread > 0) found.push(record);
    left -= Math.max(0, unread);
  }
  return found;
};

const firstThatFit = (events: readonly AuditEvent[], limit: number): AuditEvent[] => {
  let bytes = 0;
  const past = events.findIndex((event, index) => {
    bytes += Buffer.byteLength(JSON.stringify(event));
    return index === limit || (index > 0 && bytes > MOST_BYTES);
  });
  return past === -1 ? [...events] : events.slice(0, past);
};

const behindOf = (
  mark: EventsMark,
  serial_chain: string,
  read: ReadonlyMap<string, number> | undefined,
  items: readonly AuditEvent[],
): EventsMark => {
  const last = new Map(items.map(({ chain, seq }) => [chain, seq]));
  const serial = last.get(serial_chain) ?? mark.serial;
  if (read === undefined) return { ...mark, serial };
  const readNow = new Map([...read].map(([step_id, seq]) => [step_id, last.get(stepChain(step_id)) ?? seq]));
  return { ...mark, serial, steps: lengthsOf(readNow) };
};

/** By time between chains; within one, as it stands. */
const byTime = (one: AuditEvent, other: AuditEvent): number => {
  if (one.chain === other.chain) return one.seq - other.seq;
  return one.at < other.at ? -1 : one.at > other.at ? 1 : 0;
};
