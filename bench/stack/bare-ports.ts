import type { Deps } from "../../functions/deps.ts";
import type { LedgerRow } from "../../shared/execution/record/ledger-row.ts";

/**
 * LIVE without what makes it safe, for comparison only: nothing is on record before a call, nothing is held while it
 * runs, nobody can be locked out. There remain the call, the step's event, and its projection.
 */
export const barePorts = (): Pick<
  Deps,
  "ledger" | "leases" | "semaphores" | "tokenBuckets" | "unansweredCalls" | "inFlightCalls" | "locks"
> => ({
  ledger: {
    intend: async (row) => ({ kind: "written", row }),
    entomb: async () => true,
    get: async () => undefined,
    settle: async (key, epoch, _from, { at, ...outcome }) => ({
      kind: "settled",
      row: { ...EMPTY_ROW, ...key, epoch, ...outcome, ended_at: at },
    }),
    withdraw: async () => true,
    ofExecution: async () => [],
    rest: async () => {},
    restingOn: async () => [],
    readable: async () => ({ items: [], damaged: [] }),
    callsLike: async () => [],
  },
  leases: {
    acquire: async (key, holder) => ({ kind: "held", lease: { key, ...holder, epoch: 1 } }),
    release: async () => undefined,
    turn: async () => undefined,
    extend: async () => true,
    get: async () => undefined,
  },
  semaphores: {
    acquire: async () => "acquired",
    free: async () => Number.POSITIVE_INFINITY,
    asking: async () => [],
    told: async () => {},
    lastGiven: async () => undefined,
    release: async () => {},
  },
  tokenBuckets: {
    take: async () => 0,
    remaining: async () => Number.POSITIVE_INFINITY,
    pause: async () => {},
    pauseOf: async () => undefined,
    pauses: async () => [],
  },
  unansweredCalls: { put: async () => {}, between: async () => [] },
  inFlightCalls: {
    begin: async () => undefined,
    put: async () => {},
    remove: async () => {},
    get: async () => undefined,
    all: async () => [],
  },
  locks: { place: async () => true, remove: async () => true, all: async () => [] },
});

const EMPTY_ROW = {
  tool_name: "bench_write",
  call_digest: "",
  arguments: {},
  idempotency_key: "",
  approved_digest: null,
  deadline: "",
  started_at: "",
  evidence: [],
} satisfies Partial<LedgerRow>;
