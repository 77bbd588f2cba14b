import type { Item } from "../../functions/adapters/table/item.ts";
import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { readBody } from "../../functions/adapters/table/record.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import type { Deps } from "../../functions/deps.ts";
import { live } from "../../functions/execution/attempt/live.ts";
import { ANSWERED, type Answer, waveItem } from "../../functions/records/workflow-input.ts";
import { auditEvent } from "../../shared/audit/audit-event.ts";
import type { LedgerRow } from "../../shared/execution/record/ledger-row.ts";
import type { StepRecord } from "../../shared/execution/record/step-record.ts";
import { AGENT_OWNER, APPROVERS, SUBMITTER } from "../../simulation/names.ts";
import { letPeopleAnswer } from "../../simulation/people/approvers.ts";
import { perform } from "../../simulation/people/operators.ts";
import { actOnEvents } from "../../simulation/people/scripted-people.ts";
import type { Act } from "../../simulation/plans/acts.ts";
import { ATTEMPTS_MEET, type Broken, type Circumstances, deps } from "./broken.ts";
import { BROKEN_ORDER } from "./variants-of-order.ts";
import { BROKEN_WORKERS } from "./variants-of-workers.ts";

/** Somebody locks everything at the moment at which a call may begin: one that was asked about, alone. */
const LOCKS_MEET_CALLS: Circumstances = {
  odds: { delay: 0.2, service: 0 },
  draw: () => [
    {
      name: "look, then change",
      plans: [
        [
          { id: "s1", tool: "look", thing: "a" },
          { id: "s2", tool: "put_asked_about", thing: "a", after: ["s1"] },
        ],
      ],
    },
  ],
  prepare: (world) => {
    const lock = {
      kind: "lock",
      scope: { kind: "everything" },
      mode: "freeze_all",
      for_seconds: 60,
    } as const satisfies Act;
    actOnEvents(world, { live_allowed: lock, approved: lock });
  },
};

const ONE_CALL = {
  agent: "agent_1",
  thing: "a",
  at_seconds: 0,
  wait_seconds: 20,
  requests: [{ fate: "heard", by_id: false, pause_seconds: 0 }],
} as const;

/** One call that is sent again under its key where it was not answered, at a service that often does not, or refuses it. */
const KEYS_SENT_AGAIN: Circumstances = {
  odds: { death: 0, throttle: 0, task: 0, service: 0.7, budget: 16 },
  draw: () => [{ name: "one call by its key", plans: [[{ id: "s1", tool: "put_with_key", thing: "a" }]] }],
};

const refusalsOfEverySending = ({ toolbox }: Deps): Partial<Deps> => ({
  toolbox: {
    adapterFor: (contract) => {
      const adapter = toolbox.adapterFor(contract);
      return {
        ...adapter,
        call: async (call) => {
          const outcome = await adapter.call(call);
          return outcome.kind === "rejected" ? { ...outcome, of_every_sending: true } : outcome;
        },
      };
    },
  },
});

/** One agent asks for the same call on two connections at the same moment, and hardly anything else goes on. */
const CALLS_MEET: Circumstances = {
  odds: { death: 0, throttle: 0, service: 0 },
  draw: () => [{ name: "a look elsewhere", plans: [[{ id: "s1", tool: "look", thing: "b" }]] }],
  calls: [0, 1].map(() => ({ ...ONE_CALL, by: SUBMITTER, tool: "put_with_key" })),
};

/** One agent asks for one call again and again, each time until it is told that it waits. */
const ASKED_AGAIN: Circumstances = {
  ...CALLS_MEET,
  calls: [
    {
      ...ONE_CALL,
      ...{ by: SUBMITTER, tool: "put_asked_about", wait_seconds: 1 },
      requests: Array.from({ length: 4 }, () => ({ fate: "heard", by_id: false, pause_seconds: 30 })),
    },
  ],
};

/** A second person asks for a call that is irreversible and waits, and is the first to approve it. */
const APPROVER_ASKS: Circumstances = {
  ...CALLS_MEET,
  calls: [SUBMITTER, APPROVERS[0]].map((by, at) => ({ ...ONE_CALL, by, tool: "make", at_seconds: at * 40 })),
  prepare: (world) =>
    letPeopleAnswer(world, ({ kind, votes }) =>
      kind === "approve" && votes.length === 0 ? [{ by: APPROVERS[0], word: "approve", after_seconds: 300 }] : [],
    ),
};

type Partition = keyof typeof PARTITIONS;

/** Conditional writes of some partitions always succeed. */
const withoutConditions =
  (...partitions: readonly Partition[]) =>
  (table: Table): Table => {
    const concerned = ({ pk }: Pick<Item, "pk">) => partitions.some((name) => pk.startsWith(PARTITIONS[name]));
    return {
      ...table,
      put: (item, condition) => table.put(item, concerned(item) ? undefined : condition),
      update: (key, change, condition) => table.update(key, change, concerned(key) ? undefined : condition),
      delete: (key, condition) => table.delete(key, concerned(key) ? undefined : condition),
    };
  };

/** A function reads the locks as it begins, with the first execution it looks at, and believes that to its end. */
const locksReadTooEarly = ({ locks, executions }: Deps): Partial<Deps> => {
  let early: Promise<Awaited<ReturnType<typeof locks.all>>> | undefined;
  return {
    locks: { ...locks, all: () => early ?? locks.all() },
    executions: {
      ...executions,
      get: async (execution_id) => {
        early ??= locks.all();
        await early;
        return executions.get(execution_id);
      },
    },
  };
};

/** Somebody asks for a roll back at the moment at which an execution is concluded. */
const ENDS_MEET_PEOPLE: Circumstances = {
  ...ATTEMPTS_MEET,
  prepare: (world) => {
    const asked = new Set<string>();
    world.onWritten(({ after }) => {
      if (!after?.pk.startsWith(PARTITIONS.audit) || asked.has(after.pk + after.sk)) return;
      if (readBody(auditEvent, after).type !== "concluded") return;
      asked.add(after.pk + after.sk);
      if (asked.size > 3) return;
      perform(world, { kind: "roll_back", execution_id: "x1", depth: null }).catch((error: unknown) =>
        world.scheduler.fail(error),
      );
    });
  },
};

/** The owner of the agents approves all that is asked about them, before anybody else does. */
const OWNER_ANSWERS: Circumstances = {
  prepare: (world) =>
    letPeopleAnswer(world, ({ kind }) =>
      kind === "approve" ? [{ by: AGENT_OWNER, word: "approve", after_seconds: 1 }] : [],
    ),
};

const asCommitted = (row: LedgerRow): LedgerRow =>
  row.status === "INDETERMINATE" && row.side === "forward" ? { ...row, status: "COMMITTED" } : row;

const asLive = (record: StepRecord | undefined): StepRecord | undefined =>
  record && { ...record, state: "LIVE", phase: "open" };

/** A task that takes one step at a time, asked for every step of a batch. */
const eachOf =
  (task: (item: unknown) => Promise<unknown>) =>
  async (input: unknown): Promise<Answer> => {
    const item = waveItem.parse(input);
    const { execution_id } = item;
    const items = "steps" in item ? item.steps.map((step) => ({ ...step, execution_id, rung: "LIVE" })) : [item];
    for (const each of items) await task(each);
    return ANSWERED;
  };

export const BROKEN: readonly Broken[] = [
  {
    what: "attempts that do not exclude each other, over a ledger that ignores the condition of INTENT",
    caught_by: "one-call",
    rare_seed: 21,
    variant: { table: withoutConditions("inflight", "ledger") },
    circumstances: ATTEMPTS_MEET,
  },
  {
    what: "attempts that do not exclude each other",
    caught_by: "holder-writes",
    rare_seed: 135,
    variant: { table: withoutConditions("inflight") },
    circumstances: ATTEMPTS_MEET,
  },
  {
    what: "refusals of a later sending that are taken for what became of the first",
    caught_by: "ledger-is-the-world",
    variant: deps(refusalsOfEverySending),
    circumstances: KEYS_SENT_AGAIN,
  },
  {
    what: "locks that are read before the in-flight row is written",
    caught_by: "lock-holds",
    rare_seed: 227,
    variant: deps(locksReadTooEarly),
    circumstances: LOCKS_MEET_CALLS,
  },
  {
    what: "events that take a place in the chain that is taken",
    caught_by: "legal-transitions",
    variant: { table: withoutConditions("audit") },
  },
  {
    what: "an end that is written whoever moved the execution meanwhile",
    caught_by: "sealed-to-the-end",
    rare_seed: 36,
    variant: { table: withoutConditions("execution") },
    circumstances: ENDS_MEET_PEOPLE,
  },
  {
    what: "artifacts that are written whatever stands there",
    caught_by: "sealed-to-the-end",
    rare_seed: 123,
    variant: deps(({ artifactFiles }) => ({
      artifactFiles: {
        ...artifactFiles,
        write: async (execution_id, name, content) => {
          const seen = (await artifactFiles.tags(execution_id)).get(name) ?? null;
          return artifactFiles.write(execution_id, name, content, seen);
        },
      },
    })),
    circumstances: ENDS_MEET_PEOPLE,
  },
  {
    what: "conclusions that are written once more",
    caught_by: "sealed-to-the-end",
    rare_seed: 478,
    variant: deps(({ auditLog }) => ({
      auditLog: {
        ...auditLog,
        appendOnce: (execution_id, chain, entry, ...how) =>
          entry.type === "concluded"
            ? auditLog.append(execution_id, chain, entry)
            : auditLog.appendOnce(execution_id, chain, entry, ...how),
      },
    })),
    circumstances: ENDS_MEET_PEOPLE,
  },
  {
    what: "executions whose submission leaves no event",
    caught_by: "record-verifies",
    variant: deps(({ auditLog }) => ({ auditLog: { ...auditLog, begin: async () => {} } })),
  },
  {
    what: "requests that close without a word",
    caught_by: "closed-and-told",
    variant: deps(({ bus }) => ({
      bus: { publish: (events) => bus.publish(events.filter(({ type }) => type !== "ApprovalClosed")) },
    })),
  },
  {
    what: "decisions that are not conditional",
    caught_by: "decided-once",
    variant: { table: withoutConditions("approval") },
  },
  {
    what: "leases that are given to whoever asks",
    caught_by: "holder-writes",
    rare_seed: 26,
    variant: { table: withoutConditions("lease") },
    // Calls that take their time, and little else, so that two of them meet.
    circumstances: {
      odds: { death: 0, lost_reply: 0, throttle: 0, task: 0, service: 0.7, budget: 16, delay: 0.02 },
    },
  },
  {
    what: "leases whose epoch stands still",
    caught_by: "epochs-grow",
    variant: {
      table: (table) => ({
        ...table,
        update: (key, { add, ...change }, condition) => {
          const lease = key.pk.startsWith(PARTITIONS.lease);
          const kept = lease || add === undefined ? {} : { add };
          const epoch = lease && add?.epoch !== undefined ? { set: { ...change.set, epoch: 1 } } : {};
          return table.update(key, { ...change, ...kept, ...epoch }, condition);
        },
      }),
    },
  },
  {
    what: "slots that are never full",
    caught_by: "slots-within-limit",
    rare_seed: 9,
    variant: { table: withoutConditions("semaphore") },
  },
  {
    what: "outcomes that overwrite each other",
    caught_by: "outcome-once",
    variant: { table: withoutConditions("ledger", "inflight") },
    circumstances: ATTEMPTS_MEET,
  },
  {
    what: "requests that exclude nobody, about agents without an owner",
    caught_by: "four-eyes",
    variant: deps(({ agents, approvals }) => ({
      agents: { ...agents, get: async () => undefined },
      approvals: { ...approvals, open: (request) => approvals.open({ ...request, excluded: [] }) },
    })),
    circumstances: OWNER_ANSWERS,
  },
  {
    what: "calls that others ask for as well, which nobody notes",
    caught_by: "four-eyes",
    rare_seed: 16,
    variant: deps(({ executions }) => ({
      executions: {
        ...executions,
        update: ({ attached: _attached, ...record }) => executions.update(record),
      },
    })),
    circumstances: APPROVER_ASKS,
  },
  {
    what: "requests that count as approved from the beginning",
    caught_by: "sealed-and-approved",
    variant: deps(({ approvals }) => ({
      approvals: {
        ...approvals,
        ofExecution: async (execution_id) =>
          (await approvals.ofExecution(execution_id)).map((request) =>
            request.kind === "approve" && request.status === "open" ? { ...request, status: "approved" } : request,
          ),
      },
    })),
  },
  {
    what: "an unknown outcome that is taken for a committed one",
    caught_by: "undoes-committed",
    rare_seed: 92,
    variant: deps(({ ledger }) => ({
      ledger: {
        ...ledger,
        get: async (key) => {
          const row = await ledger.get(key);
          return row && asCommitted(row);
        },
        ofExecution: async (execution_id) => (await ledger.ofExecution(execution_id)).map(asCommitted),
      },
    })),
  },
  {
    what: "silence that is taken for a refusal",
    caught_by: "ledger-is-the-world",
    rare_seed: 17,
    variant: deps(({ ledger }) => ({
      ledger: {
        ...ledger,
        settle: (key, epoch, from, outcome) =>
          ledger.settle(key, epoch, from, {
            ...outcome,
            status: outcome.status === "INDETERMINATE" ? "REJECTED" : outcome.status,
          }),
      },
    })),
  },
  {
    what: "calls whose place is taken by whoever comes",
    caught_by: "asked-once",
    variant: { table: withoutConditions("asked") },
    circumstances: CALLS_MEET,
  },
  {
    what: "calls that give their place back while they wait",
    caught_by: "asked-once",
    variant: deps(({ askedCalls }) => ({
      askedCalls: {
        ...askedCalls,
        claim: async (call, instead_of) => {
          const claimed = await askedCalls.claim(call, instead_of);
          if (claimed === "claimed") await askedCalls.release(call);
          return claimed;
        },
      },
    })),
    circumstances: ASKED_AGAIN,
  },
  {
    what: "calls that are known by the request that asks for them",
    caught_by: "asked-once",
    variant: deps(({ askedCalls, ids }) => {
      const nth = ids.next();
      const own = <Call extends { readonly same_call: string }>(call: Call): Call => ({
        ...call,
        same_call: `${call.same_call} ${nth}`,
      });
      return {
        askedCalls: {
          ...askedCalls,
          get: (call) => askedCalls.get(own(call)),
          claim: (call, instead_of) => askedCalls.claim(own(call), instead_of),
          release: (call) => askedCalls.release(own(call)),
        },
      };
    }),
    circumstances: ASKED_AGAIN,
  },
  {
    what: "a preview that acts",
    caught_by: "acts-in-its-state",
    variant: {
      tasks: (tasks, whole) => ({
        ...tasks,
        "Dry run": eachOf(
          live({
            ...whole,
            steps: { ...whole.steps, get: async (...ids) => asLive(await whole.steps.get(...ids)) },
          }),
        ),
      }),
    },
  },
  {
    what: "projections that say something else than the audit",
    caught_by: "audit-is-the-state",
    variant: {
      table: (table) => ({
        ...table,
        put: (item, condition) => {
          if (!item.pk.startsWith(PARTITIONS.step)) return table.put(item, condition);
          return table.put({ ...item, body: String(item.body).replace('"edits":0', '"edits":1') }, condition);
        },
      }),
    },
  },
  {
    what: "an engine that starts no second history",
    caught_by: "everything-ends",
    variant: deps(({ workflow }) => ({
      workflow: {
        ...workflow,
        start: async (name, input) => (input.history > 1 ? "started" : workflow.start(name, input)),
      },
    })),
  },
  {
    what: "a sweeper that does not see that somebody opened a request",
    caught_by: "put-to-the-next",
    rare_seed: 241,
    circumstances: { lists: true },
    variant: deps(({ approvals }) => ({
      approvals: {
        ...approvals,
        readable: async (execution_id) => {
          const { items, ...rest } = await approvals.readable(execution_id);
          return { ...rest, items: items.map((request) => ({ ...request, opened_by: [], votes: [] })) };
        },
      },
    })),
  },
  {
    what: "a list that goes on from its beginning each time",
    caught_by: "put-to-the-next",
    circumstances: { lists: true },
    variant: deps(({ approvals }) => ({
      approvals: {
        ...approvals,
        readable: async (execution_id) => {
          const { items, ...rest } = await approvals.readable(execution_id);
          const startOver = ({ asked, ...request }: (typeof items)[number]) => ({
            ...request,
            ...(asked === undefined ? {} : { asked: asked.slice(0, 1) }),
          });
          return { ...rest, items: items.map(startOver) };
        },
      },
    })),
  },
  ...BROKEN_ORDER,
  ...BROKEN_WORKERS,
];
