import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { begin } from "../../../../shared/execution/attempt/begin.ts";
import { type Seen, type Stop, start, whatStops } from "../../../../shared/execution/attempt/start.ts";
import { ledgerRow } from "../../../../shared/execution/record/ledger-row.ts";
import { at, execution } from "../../../ports/records.ts";
import { record, row } from "./records.ts";

type Forward = NonNullable<Seen["forward"]>;

const forward = (changes: Partial<Forward> = {}): Forward => ({
  execution: execution(),
  history: 1,
  live_enabled: true,
  fallen: undefined,
  ...changes,
});
const clear: Seen = { moved: false, lock: undefined, late: false, forward: forward(), rests: undefined };
const abort_requested = { by: "olga", at: at(0), reason: "enough" };
const rests = { kind: "stands", why: "s2 rests on it", digest: "d" } as const;
const ended = { kind: "ended", reason: "the execution has ended, or goes on in another workflow run" } as const;
const off = { live_enabled: false, fallen: { reason: "s0 fell", may_stand: true } };

/** In the order of the table: each also took too long, which comes last, and meets what stands below it. */
const ROWS: readonly (readonly [what: string, seen: Partial<Seen>, stop: Stop])[] = [
  [
    "somebody moved",
    { moved: true, lock: "locked by olga" },
    { kind: "moved", reason: "the step was moved while it got ready" },
  ],
  [
    "belongs to an execution that is gone",
    { forward: forward({ ...off, execution: undefined }) },
    { kind: "ended", reason: "the execution is gone" },
  ],
  [
    "belongs to an execution that was aborted",
    { lock: "locked by olga", forward: forward({ ...off, execution: execution({ abort_requested }) }) },
    { kind: "aborted", reason: "the execution was aborted by olga: enough" },
  ],
  [
    "belongs to an execution that has ended",
    { lock: "locked by olga", forward: forward({ ...off, execution: execution({ concluded: "FAILED" }) }) },
    ended,
  ],
  [
    "belongs to an execution that goes on in another workflow run",
    { lock: "locked by olga", forward: forward({ ...off, execution: execution({ history: 2 }) }) },
    ended,
  ],
  ["is held by a lock", { lock: "locked by olga", forward: forward(off) }, { kind: "lock", reason: "locked by olga" }],
  [
    "came when LIVE was switched off",
    { forward: forward(off) },
    { kind: "switched_off", reason: "LIVE was switched off for this deployment" },
  ],
  [
    "rests on what does not stand",
    { forward: forward({ fallen: { reason: "s0 fell", may_stand: true } }) },
    { kind: "fallen", reason: "s0 fell", may_stand: true },
  ],
  [
    "undoes what others' effects rest on",
    { forward: undefined, rests },
    { kind: "rested_on", reason: "s2 rests on it", rests },
  ],
  [
    "took too long to get ready",
    {},
    { kind: "too_late", reason: "it took too long to get ready, so nothing was sent" },
  ],
];

describe("a call whose INTENT was put", () => {
  it.each(ROWS)("an INTENT is taken back where it %s", (_, seen, stop) => {
    const place = { kind: "written", seen: { ...clear, late: true, ...seen } } as const;
    expect(start(place)).toEqual({ kind: "withdraw", stop });
  });

  it("the call of an INTENT is sent where nothing stops it", () => {
    expect(start({ kind: "written", seen: clear })).toEqual({ kind: "send" });
  });

  it("a call that undoes is sent although nothing is known of its execution, the switch, or what it rests on", () => {
    expect(start({ kind: "written", seen: { ...clear, forward: undefined } })).toEqual({ kind: "send" });
  });
});

describe("a call whose INTENT was not put", () => {
  it.each([
    ["INTENT", true],
    ["INDETERMINATE", true],
    ["COMMITTED", false],
    ["REJECTED", false],
  ] as const)(
    "a call whose INTENT was not put because a row stands there that is %s is left to that one's outcome",
    (status, keep_leases) => {
      expect(start({ kind: "exists", row: row({ status }) })).toMatchObject({ kind: "leave", keep_leases });
    },
  );

  it("a call whose place has a tombstone ends, whichever function put it", () => {
    expect(start({ kind: "tombstone" })).toMatchObject({ kind: "end" });
  });
});

const anySeen: fc.Arbitrary<Seen> = fc.record({
  moved: fc.boolean(),
  lock: fc.constantFrom(undefined, "locked by olga"),
  late: fc.boolean(),
  forward: fc.constantFrom(
    undefined,
    forward(),
    forward({ execution: undefined }),
    forward({ history: 2 }),
    forward({ live_enabled: false }),
    forward({ fallen: { reason: "s0 fell", may_stand: true } }),
    forward({ execution: execution({ abort_requested }) }),
  ),
  rests: fc.constantFrom(undefined, rests),
});

it("whatever is seen, a call is sent only at a place where nothing stood, and with nothing that stops it", () => {
  const anyPlace = fc.oneof(
    anySeen.map((seen) => ({ kind: "written", seen }) as const),
    fc
      .constantFrom(...ledgerRow.shape.status.options)
      .map((status) => ({ kind: "exists", row: row({ status }) }) as const),
    fc.constant({ kind: "tombstone" } as const),
  );
  fc.assert(
    fc.property(anyPlace, (place) => {
      const sent = start(place).kind === "send";
      expect(sent).toBe(place.kind === "written" && whatStops(place.seen) === undefined);
    }),
  );
});

describe("a step whose call was not sent yet", () => {
  const before = {
    execution: execution(),
    record: record("LIVE"),
    start_before: null,
    revoked: undefined,
    now: at(10),
  };

  it("a step whose call was not sent yet is begun while its execution runs, its plan has time, and its agent may", () => {
    expect(begin({ ...before, start_before: at(11) })).toEqual({ kind: "begin" });
  });

  it("a step whose call was not sent yet is left to Next wave once its execution is over", () => {
    const aborted = execution({ abort_requested });
    expect(begin({ ...before, execution: aborted, start_before: at(0), revoked: "no" })).toEqual({ kind: "leave" });
  });

  it("a step whose call was not sent yet is left to Next wave, after a word, once its plan's time is used up", () => {
    expect(begin({ ...before, start_before: at(10), revoked: "no" })).toMatchObject({
      kind: "defer",
      told: { event: "live_deferred", changes: { look_again_at: at(10) } },
    });
  });

  it("a step whose call was not sent yet ends unsent where something was taken from its agent", () => {
    expect(begin({ ...before, revoked: "agent a1 was granted email_send, and is not any more" })).toMatchObject({
      kind: "end",
      told: { event: "live_not_started", changes: { ending: "not_started" } },
    });
  });
});
