import pMap from "p-map";
import type { ExecutionSummary } from "../../functions/api/schemas/executions.ts";
import { executionPage, submitted } from "../../functions/api/schemas.ts";
import type { Client } from "./client.ts";
import { Operators } from "./operators.ts";
import { decideAll } from "./people.ts";
import { kindOf, submissionOf } from "./workload.ts";

/** How many submissions are under way at once, and how long nobody asks after looking at everything. */
const SUBMITTING = 4;
const PAUSE_MS = 100;

/** How many executions may be unfinished: every restart takes all of them up again. */
const UNFINISHED = 24;

export type Driven = {
  /** Id of the n-th execution. */
  readonly ids: readonly string[];
  readonly decisions: number;
  readonly locks: number;
  readonly resumed: number;
};

/** Submits, decides, edits, rejects, aborts, locks, unlocks, rolls back, and looks on, until everything has ended and nothing is asked any more. */
export const drive = async (client: Client, executions: number): Promise<Driven> => {
  const state: State = { ids: [], ended: 0, rolledBack: new Set(), submitting: true };
  const submissions = pMap(
    Array.from({ length: executions }, (_, n) => n),
    async (n) => {
      while (n - state.ended >= UNFINISHED) await pause();
      state.ids[n] = await submit(client, n);
    },
    { concurrency: SUBMITTING },
  ).finally(() => {
    state.submitting = false;
  });
  const operators = new Operators(client);
  const [decisions] = await Promise.all([attend(client, state, operators), submissions]);
  return { ids: state.ids, decisions, locks: operators.locks, resumed: operators.resumed };
};

type State = { readonly ids: string[]; readonly rolledBack: Set<string>; ended: number; submitting: boolean };

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

const submit = async (client: Client, n: number): Promise<string> => {
  const reply = await client.request("POST", "/executions", { body: submissionOf(n), key: `submission-${n}` });
  if (reply.status !== 202 && reply.status !== 200) {
    throw new Error(`submission ${n}: ${reply.status} ${JSON.stringify(reply.body)}`);
  }
  return submitted.parse(reply.body).execution_id;
};

const attend = async (client: Client, state: State, operators: Operators): Promise<number> => {
  let decisions = 0;
  for (;;) {
    const before = state.submitting;
    const decided = await decideAll(client);
    decisions += decided;
    const all = await everyExecution(client);
    const held = await operators.look(all, before || all.some(({ status }) => status === "RUNNING"));
    const started = await startRollBacks(client, all, state);
    state.ended = all.filter(({ status }) => status !== "RUNNING").length;
    const locked = all.some(({ status }) => status === "LOCKED");
    const allEnded = !locked && state.ended === state.ids.length && all.length === state.ids.length;
    if (!before && allEnded && !held && decided + started === 0) return decisions;
    await pause();
  }
};

const everyExecution = async (client: Client): Promise<ExecutionSummary[]> => {
  const all: ExecutionSummary[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const mark: string = next === "" ? "" : `&next=${encodeURIComponent(next)}`;
    const page = executionPage.parse((await client.request("GET", `/executions?limit=100${mark}`)).body);
    all.push(...page.items);
    next = page.next;
  }
  return all;
};

const startRollBacks = async (
  client: Client,
  all: readonly ExecutionSummary[],
  { ids, rolledBack }: State,
): Promise<number> => {
  let started = 0;
  for (const { execution_id, status, rollback_requested } of all) {
    const n = ids.indexOf(execution_id);
    if (n < 0 || kindOf(n) !== "update_that_is_rolled_back" || rolledBack.has(execution_id)) continue;
    if (status === "RUNNING" || status === "LOCKED") continue;
    if (rollback_requested === null) {
      const body = { reason: "it was a mistake" };
      const reply = await client.request("POST", `/executions/${execution_id}/rollback`, { as: "olga", body });
      // 409: it has begun already, by the request whose reply was lost.
      if (reply.status !== 202 && reply.status !== 409) throw new Error(JSON.stringify(reply.body));
    }
    rolledBack.add(execution_id);
    started += 1;
  }
  return started;
};
