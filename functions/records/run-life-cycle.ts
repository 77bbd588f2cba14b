import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import type { RunInput } from "../../shared/ports/workflow.ts";
import type { Deps } from "../deps.ts";
import { amendFound } from "./amend.ts";

/** The fields of a record that name the engine's run that carries it on. */
type Named = Pick<ExecutionRecord, "execution_id" | "history" | "publishing_runs">;

/** The name of a workflow run: starting it twice is starting it once. One that is to publish only has a further one. */
export const runName = ({ execution_id, history, publishing_runs }: Named): string =>
  publishing_runs === undefined ? `${execution_id}-${history}` : `${execution_id}-${history}-p${publishing_runs}`;

/**
 * The inverse of `runName`.
 * @throws Error when no workflow run is called so
 */
export const partsOfRunName = (name: string): Pick<ExecutionRecord, "execution_id" | "history"> => {
  const [, execution_id, history] = /^(.+)-(\d+)(?:-p\d+)?$/.exec(name) ?? [];
  if (execution_id === undefined) throw new Error(`${name} is not the name of a workflow run`);
  return { execution_id, history: Number(history) };
};

/** How it stands: what Conclude found counts from that moment, though `status` follows with the artifacts. */
export const standingOf = ({ status, concluded }: ExecutionRecord): ExecutionRecord["status"] => concluded ?? status;

/** How the execution stands, for a workflow run that has nothing left to do: superseded by another, or concluded. */
export const overAs = (
  { status, history, concluded }: ExecutionRecord,
  asked: number,
): ExecutionRecord["status"] | undefined =>
  status !== "RUNNING" || history !== asked ? status : (concluded ?? undefined);

/** The record with a fresh workflow run ahead of it; one that is running stays as it is. */
export const withFreshRun = (record: ExecutionRecord): ExecutionRecord => {
  if (standingOf(record) === "RUNNING") return record;
  const { publishing_runs: _, ...rest } = record;
  return { ...rest, status: "RUNNING", history: record.history + 1, ended_at: null, concluded: null };
};

/** One that came without a mark is its own. */
export const runInput = ({
  execution_id,
  history,
  correlation_id,
}: Pick<ExecutionRecord, "execution_id" | "history" | "correlation_id">): RunInput => ({
  execution_id,
  history,
  correlation_id: correlation_id ?? execution_id,
});

/** Starts the workflow run the record names, or finds it started. @returns whether this started it */
export const startRun =
  (deps: Pick<Deps, "workflow">) =>
  async (record: Named & Pick<ExecutionRecord, "correlation_id">): Promise<boolean> =>
    (await deps.workflow.start(runName(record), runInput(record))) === "started";

/**
 * Takes a running execution on from here: wakes it, or, where it does not wait, sees to it that its workflow run was
 * started at all. The latter mends a crash between the record's write and the start.
 */
export const proceed =
  (deps: Pick<Deps, "waker" | "workflow">) =>
  async (record: ExecutionRecord): Promise<void> => {
    const woken = await deps.waker.wake([record.execution_id]);
    if (!woken.has(record.execution_id)) await startRun(deps)(record);
  };

/**
 * Makes an execution look at its records again, whatever it is doing: one that runs is woken, one that has concluded
 * goes on in a fresh workflow run. A decision on what a concluded execution left open comes this way.
 * @throws ExecutionNotFound
 */
export const takeUp =
  (deps: Pick<Deps, "executions" | "waker" | "workflow">) =>
  async (execution_id: string): Promise<ExecutionRecord> => {
    const record = await amendFound(deps)(execution_id, withFreshRun);
    await proceed(deps)(record);
    return record;
  };
