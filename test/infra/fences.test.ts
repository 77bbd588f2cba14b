import { describe, expect, it } from "vitest";
import { memoryTable } from "../../functions/adapters/memory/table.ts";
import { approvalLinks } from "../../functions/adapters/table/approval-links.ts";
import { approvals } from "../../functions/adapters/table/approvals.ts";
import { auditLog } from "../../functions/adapters/table/audit-log.ts";
import { executions } from "../../functions/adapters/table/executions.ts";
import { inFlightCalls } from "../../functions/adapters/table/in-flight-calls.ts";
import { leases } from "../../functions/adapters/table/leases.ts";
import { ledger } from "../../functions/adapters/table/ledger.ts";
import { locks } from "../../functions/adapters/table/locks.ts";
import { pendingStops } from "../../functions/adapters/table/pending-stops.ts";
import { semaphores } from "../../functions/adapters/table/semaphores.ts";
import { settings } from "../../functions/adapters/table/settings.ts";
import { steps } from "../../functions/adapters/table/steps.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import { tokenBuckets } from "../../functions/adapters/table/token-buckets.ts";
import { unansweredCalls } from "../../functions/adapters/table/unanswered-calls.ts";
import { waitTokens } from "../../functions/adapters/table/wait-tokens.ts";
import { worldTable } from "../../functions/adapters/table/world.ts";
import { recordPendingStops } from "../../functions/records/pending-stops.ts";
import type { HandlerName } from "../../infra/handlers.ts";
import { permissions } from "../../infra/permissions.ts";
import type { LedgerRow } from "../../shared/execution/record/ledger-row.ts";
import { newStepRecord } from "../../shared/execution/record/step-event.ts";
import { approval } from "../ports/records.ts";
import { AccessDenied, fencedTable } from "./fenced-table.ts";

const now = "2030-01-01T00:00:00.000Z";
const later = "2030-01-01T00:01:00.000Z";
const holder = { execution_id: "e1", step_id: "s1", until: later };
const key = { execution_id: "e1", step_id: "s1", side: "forward" } as const;
const rate = { limit: 1, window_seconds: 60 };
const call = { ...key, tool_name: "t", agent_id: "a", started_at: now, may_run_until: later };
const stop = { type: "locked", at: now, actor: "p", body: {} };
const lock = {
  lock_id: "everything",
  scope: { kind: "everything" },
  mode: "freeze_all",
  reason: "r",
  locked_by: "p",
  locked_at: now,
} as const;
const intent: LedgerRow = {
  ...key,
  status: "INTENT",
  tool_name: "t",
  call_digest: "d",
  arguments: {},
  idempotency_key: "k",
  epoch: 1,
  approved_digest: null,
  deadline: later,
  started_at: now,
  ended_at: null,
  output: null,
  error: null,
  undo: null,
  evidence: [],
};
const record = { value: {}, version: 1, writers: {}, marks: [], forgetful: false };
const committed = { status: "COMMITTED", at: now, output: null, error: null, undo: null } as const;

/** Others have worked before, with every right. */
const prepared = async (): Promise<Table> => {
  const table = memoryTable();
  await ledger(table).intend(intent);
  await waitTokens(table).put("e1", "token", 1);
  await locks(table).place(lock);
  await pendingStops(table).put({ entry: stop, after: 0 });
  await inFlightCalls(table).put(call);
  await leases(table).acquire("taken", holder, now);
  await steps(table).createAll([newStepRecord({ execution_id: "e1", plan_id: "p1", step_id: "s1" }, now)]);
  return table;
};

type Attempt = readonly [name: HandlerName, what: string, act: (table: Table) => Promise<unknown>];

const needed: readonly Attempt[] = [
  [
    "Validate",
    "write the first record of a step",
    (table) => steps(table).createAll([newStepRecord({ execution_id: "e1", plan_id: "p1", step_id: "s2" }, now)]),
  ],
  [
    "ResolveConflicts",
    "look for the same call elsewhere",
    (table) => ledger(table).callsLike({ same_call: "s", call_digest: "d" }, now),
  ],
  [
    "ResolveConflicts",
    "see whether it was undone",
    async (table) => {
      await ledger(table).get({ ...key, side: "compensation" });
      return steps(table).get("e1", "s1");
    },
  ],
  ["ResolveConflicts", "see who holds a resource", (table) => leases(table).get("taken")],
  [
    "ResolveConflicts",
    "see what is left of a rate limit",
    (table) => tokenBuckets(table).remaining("service", rate, now),
  ],
  ["ResolveConflicts", "see which services gave no answer", (table) => unansweredCalls(table).between(now, later)],
  ["NextWave", "store the answer of a pass", (table) => executions(table).answerPass("e1", 1, 1, {})],
  ["NextWave", "settle what nobody answered for", (table) => ledger(table).settle(key, 1, "INTENT", committed)],
  ["NextWave", "take back a compensation that did not happen", (table) => ledger(table).withdraw(key, 1, "INTENT")],
  ["Mock", "read its step", (table) => steps(table).get("e1", "s1")],
  ["DryRun", "read the target", (table) => worldTable(table).get("WORLD#c", "1")],
  [
    "Conclude",
    "give back what a settled call held",
    async (table) => {
      const lease = await leases(table).get("taken");
      if (lease === undefined) throw new Error("nobody holds the lease");
      return leases(table).release(lease, now);
    },
  ],
  ["Live", "write its intent", (table) => ledger(table).intend({ ...intent, step_id: "s2", same_call: "s" })],
  [
    "Live",
    "write an outcome that came late",
    async (table) => {
      await ledger(table).settle(key, 1, "INTENT", committed);
      return ledger(table).settle(key, 1, "INTENT", { ...committed, status: "REJECTED", error: "late" });
    },
  ],
  ["Live", "take its intent back", (table) => ledger(table).withdraw(key, 1, "INTENT")],
  [
    "Live",
    "take, prolong and give back a lease",
    async (table) => {
      const taken = await leases(table).acquire("free", holder, now);
      if (taken.kind !== "held") throw new Error("a free lease was not given");
      await leases(table).extend(taken.lease, later);
      return leases(table).release(taken.lease, now);
    },
  ],
  [
    "Live",
    "take and give back a slot",
    async (table) => {
      await semaphores(table).acquire("t", 1, holder, now);
      return semaphores(table).release("t", holder);
    },
  ],
  [
    "Live",
    "take a token of a rate limit, and learn that none is left",
    async (table) => {
      await tokenBuckets(table).take("service", rate, now);
      return tokenBuckets(table).take("service", rate, now);
    },
  ],
  [
    "Live",
    "say that a service gave no answer, and forget what is old",
    async (table) => {
      const silent = { execution_id: "e1", step_id: "s1", tool_name: "t", of: "t" };
      await unansweredCalls(table).put({ ...silent, at: now });
      return unansweredCalls(table).put({ ...silent, at: "2030-01-01T02:00:00.000Z" });
    },
  ],
  [
    "Live",
    "stand among the calls in flight",
    async (table) => {
      await inFlightCalls(table).put(call);
      return inFlightCalls(table).remove(call);
    },
  ],
  ["Live", "read the locks", (table) => locks(table).all()],
  ["Live", "write the target", (table) => worldTable(table).put("WORLD#c", "1", record, 0)],
  ["AwaitApproval", "keep the task token", (table) => waitTokens(table).put("e1", "other", 2)],
  [
    "NextWave",
    "give a link to a request",
    (table) => approvals(table).open(approval(), { link: "link", expires_at: now }),
  ],
  ["Read", "follow a link", (table) => approvalLinks(table).get("link")],
  [
    "Wake",
    "read the task token and remove it after waking",
    async (table) => {
      const open = await waitTokens(table).get("e1");
      return waitTokens(table).remove("e1", open?.token ?? "");
    },
  ],
  [
    "Act",
    "lock, and list what still runs",
    async (table) => {
      await locks(table).place({ ...lock, reason: "stricter" }, lock);
      return inFlightCalls(table).all();
    },
  ],
  ["Act", "unlock", (table) => locks(table).remove(lock)],
  ["Act", "record it in the operators' chain", (table) => auditLog(table).append("operators", "operators", stop)],
  ["Act", "keep the event of a stop beside the chain", (table) => pendingStops(table).put({ entry: stop, after: 0 })],
  ...(["Act", "Sweep"] as const).map(
    (name): Attempt => [
      name,
      "write the event of a stop that was kept",
      (table) => recordPendingStops({ auditLog: auditLog(table), pendingStops: pendingStops(table) }),
    ],
  ),
  [
    "Submit",
    "remember the reply to a submission",
    (table) =>
      executions(table).remember({ submitter: "p", idempotency_key: "k" }, { body_digest: "d", execution_id: "e1" }),
  ],
  ["Read", "list the executions", (table) => executions(table).list({ limit: 5, next: null })],
  [
    "Read",
    "show the locks and what runs",
    (table) => Promise.all([locks(table).all(), inFlightCalls(table).all(), settings(table).liveEnabled()]),
  ],
];

const refused: readonly Attempt[] = [
  ["Mock", "read the target", (table) => worldTable(table).get("WORLD#c", "1")],
  ["Mock", "write an intent", (table) => ledger(table).intend({ ...intent, step_id: "s2" })],
  ["DryRun", "write the target", (table) => worldTable(table).put("WORLD#c", "1", record, 0)],
  ["DryRun", "take a lease", (table) => leases(table).acquire("free", holder, now)],
  ["DryRun", "stand among the calls in flight", (table) => inFlightCalls(table).put(call)],
  ["Live", "read a task token", (table) => waitTokens(table).get("e1")],
  ["Act", "read a task token", (table) => waitTokens(table).get("e1")],
  ["Sweep", "read a task token", (table) => waitTokens(table).get("e1")],
  ["Live", "lift a lock", (table) => locks(table).remove(lock)],
  ["AwaitApproval", "read a task token", (table) => waitTokens(table).get("e1")],
  ["NextWave", "follow a link of an earlier release", (table) => approvalLinks(table).get("link")],
  ["Act", "follow a link of an earlier release", (table) => approvalLinks(table).get("link")],
  ["Read", "give a link", (table) => approvals(table).open(approval(), { link: "link", expires_at: now })],
  ["Read", "read a task token", (table) => waitTokens(table).get("e1")],
  ["Read", "turn LIVE on", (table) => settings(table).setLiveEnabled(true, "p", now)],
];

describe("a function with its own role", () => {
  it.each(needed)("a function with its own role: %s can %s", async (name, _, act) => {
    await expect(act(fencedTable(await prepared(), permissions[name]))).resolves.not.toThrow();
  });

  it.each(refused)("a function with its own role: %s cannot %s", async (name, _, act) => {
    await expect(act(fencedTable(await prepared(), permissions[name]))).rejects.toThrow(AccessDenied);
  });
});
