import { z } from "zod";
import { wholeApi } from "../../functions/api/endpoints.ts";
import type { Group } from "../../functions/api/http/endpoint.ts";
import { createRouter } from "../../functions/api/router.ts";
import { approvalQueue, decisionResults, submitted } from "../../functions/api/schemas.ts";
import type { Deps } from "../../functions/deps.ts";
import { readDefinition } from "../../local/engine/definition.ts";
import { standardContracts } from "../../shared/contracts/standard-contracts.ts";
import type { Aggregate } from "../../shared/feedback/aggregate.ts";
import { SCOPES } from "../../shared/scopes.ts";
import type { Counts } from "../stack/counting-table.ts";
import { memoryStack } from "../stack/memory-stack.ts";
import { type Shape, submissionOf } from "../stack/plans.ts";
import { mustHaveEnded } from "../stack/submit.ts";

/** The requests of one execution to each service, counted while it ran. */
export type ExecutionCounts = {
  /** States entered, of all its workflow runs. */
  readonly transitions: number;
  /** By the name of the function, those of the API included. */
  readonly invocations: Readonly<Record<string, number>>;
  readonly table: Counts;
  /** Bytes that it left in the table. */
  readonly stored_bytes: number;
  /** By the first word of the partition key. */
  readonly families: ReadonlyMap<string, Counts>;
  readonly objects_put: number;
  readonly objects_read: number;
  readonly bus_events: number;
  readonly http_requests: number;
  /** The sums over it, for those that come after it. */
  readonly aggregate: Aggregate;
};

const SHAPES = {
  "MOCK only": { tool: "bench_write", mode: "MOCK" },
  DRY_RUN: { tool: "bench_write", mode: "DRY_RUN" },
  LIVE: { tool: "bench_write", mode: "LIVE" },
  "LIVE, approved": { tool: "bench_approved_write", mode: "LIVE" },
} as const satisfies Record<string, Pick<Shape, "tool" | "mode">>;
export type Mode = keyof typeof SHAPES;
export const MODES: readonly Mode[] = ["MOCK only", "DRY_RUN", "LIVE", "LIVE, approved"];

/** Nothing in a record depends on when this runs, so that every run counts the same. */
const STANDING_CLOCK = { now: () => new Date("2026-03-02T09:00:00.000Z") };

const LATER = "2026-03-02T09:00:00.001Z";

/** No two executions of one process are alike: what a process keeps of documents would be counted for the first only. */
let counted = 0;

/**
 * Runs one execution of so many writes, each of a record of its own, in plans of ten: the deployed state machine file,
 * submitted over the API, the standard contracts registered, nothing else in the table. Steps that wait for approval
 * are looked up once and approved in one act. `before`: executions that ended within the last hours.
 */
export const countExecution = async (
  mode: Mode,
  steps: number,
  before: readonly Aggregate[] = [],
): Promise<ExecutionCounts> => {
  const entered: string[] = [];
  const { deps, workflow, table, objects, bus } = await memoryStack({
    clock: STANDING_CLOCK,
    onEntered: (state) => entered.push(state),
  });
  for (const contract of standardContracts()) await deps.contracts.put(contract);
  for (const [place, aggregate] of before.entries()) {
    const ended_at = new Date(STANDING_CLOCK.now().getTime() - (place + 1) * 60_000).toISOString();
    await deps.aggregates.put(`before-${String(place).padStart(6, "0")}`, ended_at, aggregate);
  }
  // As those that ended before have left it.
  await deps.aggregates.rollUp(STANDING_CLOCK.now().toISOString());
  table.reset();
  const invocations: Record<string, number> = {};
  const invoked = (name: string): void => {
    invocations[name] = (invocations[name] ?? 0) + 1;
  };
  const waker: Deps["waker"] = {
    wake: (execution_ids) => {
      invoked("Wake");
      return deps.waker.wake(execution_ids);
    },
  };
  const api = apiOf({ ...deps, waker }, invoked);
  counted += 1;
  const name = `counted-${String(counted).padStart(4, "0")}`;
  const reply = submitted.parse(await api("submit", "/executions", submissionOf({ ...SHAPES[mode], steps, name })));
  await workflow.idle();
  if (mode === "LIVE, approved") {
    await approveEverything(api);
    await workflow.idle();
  }
  // Before anything else is asked of the table.
  const families = new Map(table.byFamily);
  const [total, stored_bytes] = [table.total(), table.stored()];
  // A plan that was made for no more than MOCK has not done what it asked for.
  await mustHaveEnded(deps, reply.execution_id, mode === "MOCK only" ? "INCOMPLETE" : "SUCCEEDED");
  const [aggregate] = await deps.aggregates.between(STANDING_CLOCK.now().toISOString(), LATER);
  if (aggregate === undefined) throw new Error("it left no aggregate");
  const { Wake: _askedByAct, ...ofTheApi } = invocations;
  const http_requests = Object.values(ofTheApi).reduce((sum, each) => sum + each, 0);
  const functionOf = await functionsByState();
  for (const state of entered) {
    const each = functionOf.get(state);
    if (each !== undefined) invoked(each);
  }
  return {
    transitions: entered.length,
    invocations,
    table: total,
    stored_bytes,
    families,
    objects_put: objects.put,
    objects_read: objects.read,
    bus_events: bus.published.length,
    http_requests,
    aggregate,
  };
};

type Api = (group: Group, path: string, body?: unknown) => Promise<unknown>;

/** The functions behind the API are told apart by their group of routes. */
const apiOf = (deps: Deps, invoked: (name: string) => void): Api => {
  const caller = { name: "approver", scopes: [...SCOPES] };
  const router = createRouter(deps, { identify: () => caller, ...wholeApi });
  return async (group, path, body) => {
    invoked(`${group.slice(0, 1).toUpperCase()}${group.slice(1)}`);
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const reply = await router.request(path, body === undefined ? {} : init);
    if (!reply.ok) throw new Error(await reply.text());
    return reply.json();
  };
};

const approveEverything = async (api: Api): Promise<void> => {
  const queue = approvalQueue.parse(await api("read", "/approvals?status=open&limit=100"));
  const asked = queue.plans.flatMap(({ approvals }) => approvals);
  const decisions = asked.map(({ approval_id: id, digest }) => ({ id, digest, decision: "approve" }));
  const { results } = decisionResults.parse(await api("act", "/approvals/decisions", { decisions }));
  const refused = results.find(({ ok }) => !ok);
  if (refused !== undefined) throw new Error(JSON.stringify(refused));
};

type States = Record<string, z.infer<typeof state>>;
const state = z.looseObject({
  Parameters: z.looseObject({ FunctionName: z.string() }).optional(),
  get ItemProcessor() {
    return z.looseObject({ States: z.record(z.string(), state) }).optional();
  },
});

/** The function behind each task of the state machine file, those inside the Map included. */
const functionsByState = async (): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>();
  const visit = (states: States): void => {
    for (const [name, { Parameters, ItemProcessor }] of Object.entries(states)) {
      if (Parameters !== undefined) found.set(name, Parameters.FunctionName.replaceAll(/^\$\{|\}$/g, ""));
      if (ItemProcessor !== undefined) visit(ItemProcessor.States);
    }
  };
  const { text } = await readDefinition();
  visit(z.looseObject({ States: z.record(z.string(), state) }).parse(JSON.parse(text)).States);
  return found;
};
