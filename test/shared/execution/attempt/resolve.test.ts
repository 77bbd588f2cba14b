import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outcomeResolution } from "../../../../shared/contracts/tool-contract.ts";
import { RESOLUTION_ATTEMPTS, resolve, type Standing } from "../../../../shared/execution/attempt/resolve.ts";
import { ledgerRow, ledgerSide } from "../../../../shared/execution/record/ledger-row.ts";
import { at } from "../../../ports/records.ts";
import { contract, record, row, standing, TIMES } from "./records.ts";

type Case = readonly [what: string, given: Partial<Standing>, becomes: object];

const queryable = contract({ outcome_resolution: "QUERYABLE" });
const opaque = contract({ outcome_resolution: "OPAQUE" });
const tried = (deferrals: number) => record("LIVE", { deferrals });

/** In the order of the table: the first row that applies counts. */
const ROWS: readonly Case[] = [
  ["that was committed is settled", { row: row({ status: "COMMITTED" }) }, { kind: "settled" }],
  ["that was refused is settled", { row: row({ status: "REJECTED" }) }, { kind: "settled" }],
  [
    "that may be running is left alone until its time is over",
    { row: row({ status: "INTENT" }), kept: undefined },
    { kind: "leave", until: at(100) },
  ],
  [
    "whose time is over without an outcome is marked as unknown",
    { row: row({ status: "INTENT" }), kept: undefined, now: at(100) },
    { kind: "mark_unknown", error: `no outcome was recorded before ${at(100)}` },
  ],
  [
    "that was settled while its leases were looked at is settled",
    { kept: undefined, contract: opaque },
    { kind: "settled" },
  ],
  [
    "of a tool that nobody can ask is put to a person at once",
    { contract: opaque, now: at(90) },
    { kind: "ask", why: "no answer" },
  ],
  [
    "of a tool that nobody can ask, whose service may still be at it, is put to a person with until when",
    { contract: opaque, now: at(6) },
    {
      kind: "ask",
      why: `no answer; it may still happen until ${at(90)}: look after that before you say that it did not`,
    },
  ],
  [
    "that was asked about three times is put to a person",
    { record: tried(RESOLUTION_ATTEMPTS), contract: queryable, now: at(90) },
    { kind: "ask", why: "no answer" },
  ],
  [
    "that began further ahead of now than clocks differ by is counted anew, whatever its contract says",
    { row: row({ started_at: at(200) }), contract: opaque },
    { kind: "count_anew" },
  ],
  [
    "whose step was put off further ahead of now is counted anew",
    { record: record("LIVE", { look_again_at: at(400), updated_at: at(200) }) },
    { kind: "count_anew" },
  ],
  [
    "is not counted anew for what was written of its step before it was sent",
    { record: record("LIVE", { waiting_since: at(190), look_again_at: at(400), updated_at: at(200) }) },
    { kind: "send_again", tried: 1 },
  ],
  [
    "of which the clock was set back since is put to a person, with until when it may still happen by the clock as it is",
    { row: row({ started_at: at(7_200), ended_at: at(0), set_back: true }) },
    {
      kind: "ask",
      why: `no answer; not sent again: its key is known for 86400 s after ${at(7_200)}, and the clock was set back since; it may still happen until ${at(90)}: look after that before you say that it did not`,
    },
  ],
  [
    "of which the clock was set back since is looked up where it can be",
    { row: row({ started_at: at(7_200), ended_at: at(0), set_back: true }), contract: queryable },
    { kind: "look_up", tried: 1 },
  ],
  [
    "that may still take effect by some clock waits, which is no attempt",
    { record: tried(1), now: at(74) },
    { kind: "wait", until: at(75), tried: 1, why: "no answer" },
  ],
  [
    "of a tool that can be asked is looked up, whoever wrote or aborted meanwhile",
    { contract: queryable, kept: false, aborted: "aborted" },
    { kind: "look_up", tried: 1 },
  ],
  [
    "that was to undo, with what nobody stored, is put to a person",
    { row: row({ side: "compensation", undo: null }), now: at(90) },
    { kind: "ask", why: "no answer; not sent again: nothing was stored to undo it with" },
  ],
  [
    "whose execution was aborted is put to a person",
    { aborted: "aborted by olga: enough", kept: false, now: at(90) },
    { kind: "ask", why: "no answer; not sent again: aborted by olga: enough" },
  ],
  [
    "whose execution was aborted is put to a person with until when, where its service may still be at it",
    { aborted: "aborted by olga: enough" },
    {
      kind: "ask",
      why: `no answer; not sent again: aborted by olga: enough; it may still happen until ${at(90)}: look after that before you say that it did not`,
    },
  ],
  [
    "whose lease others had meanwhile is put to a person",
    { kept: false, now: at(100_000) },
    { kind: "ask", why: "no answer; not sent again: its lease was given to others since" },
  ],
  [
    "whose key its service may have forgotten is put to a person",
    { now: at(86_400 - 20 - 30 - 60) },
    { kind: "ask", why: `no answer; not sent again: its key is known for 86400 s after ${at(0)}` },
  ],
  ["is sent again under its key otherwise", { record: tried(2) }, { kind: "send_again", tried: 3 }],
];

describe("a call in the ledger", () => {
  it.each(ROWS)("a call in the ledger %s", (_, given, becomes) => {
    expect(resolve(standing(given))).toEqual(becomes);
  });

  it("a call in the ledger that undoes is sent again although its execution was aborted", () => {
    const undoing = row({ side: "compensation" });
    expect(resolve(standing({ row: undoing, aborted: "aborted by olga: enough" })).kind).toBe("send_again");
  });

  it("a call in the ledger is not held to the times it was put off before anything was sent", () => {
    const waited = record("LIVE", { deferrals: 7, waiting_since: at(0) });
    expect(resolve(standing({ record: waited }))).toEqual({ kind: "send_again", tried: 1 });
  });

  it("a call in the ledger is sent again at the last moment at which its key is surely known to the end of the sending", () => {
    expect(resolve(standing({ now: at(86_400 - 20 - 30 - 61) })).kind).toBe("send_again");
  });
});

const anyStanding: fc.Arbitrary<Standing> = fc.record({
  row: fc
    .record({
      side: fc.constantFrom(...ledgerSide.options),
      status: fc.constantFrom(...ledgerRow.shape.status.options),
      undo: fc.constantFrom(null, { stage: "lead" }),
      started_at: fc.constantFrom(at(0), at(150_000)),
      set_back: fc.constantFrom(undefined, true),
      ended_at: fc.constantFrom(null, at(5), at(50)),
      error: fc.constantFrom(null, "no answer"),
    })
    .map(({ set_back, ...changes }) => row({ ...changes, ...(set_back && { set_back }) })),
  record: fc
    .record({
      deferrals: fc.nat(6),
      waiting_since: fc.constantFrom(null, at(0)),
      look_again_at: fc.constantFrom(null, at(0)),
      updated_at: fc.constantFrom(at(0), at(150_000)),
    })
    .map((changes) => record("LIVE", changes)),
  contract: fc.constantFrom(...outcomeResolution.options).map((each) => contract({ outcome_resolution: each })),
  kept: fc.constantFrom(true, false, undefined),
  aborted: fc.constantFrom(undefined, "aborted by olga"),
  times: fc.constant(TIMES),
  now: fc.nat(200_000).map(at),
});

describe("whatever a call in the ledger is like", () => {
  it("a call in the ledger is left, asked about, or sent while its key is surely known and nobody else wrote", () => {
    fc.assert(
      fc.property(anyStanding, (given) => {
        const next = resolve(given);
        const { status } = given.row;
        switch (next.kind) {
          case "settled":
            expect(status === "COMMITTED" || status === "REJECTED" || given.kept === undefined).toBe(true);
            return;
          case "leave":
          case "mark_unknown":
            expect(status).toBe("INTENT");
            expect(next.kind === "leave").toBe(given.now < given.row.deadline);
            return;
          case "send_again":
            expect(given.contract.outcome_resolution).toBe("IDEMPOTENT_KEY");
            expect(given.kept).toBe(true);
            expect(given.row.side === "forward" ? given.aborted : undefined).toBeUndefined();
            expect(Date.parse(given.now) + (20 + 30 + 60) * 1000).toBeLessThan(
              Date.parse(given.row.started_at) + 86_400_000,
            );
            expect(Date.parse(given.row.started_at)).toBeLessThanOrEqual(Date.parse(given.now) + 60_000);
            expect(given.row.set_back).toBeUndefined();
            break;
          case "count_anew":
            expect([given.row.started_at, given.record.updated_at]).toContain(at(150_000));
            expect(Date.parse(given.now) + 60_000).toBeLessThan(Date.parse(at(150_000)));
            expect(given.row.set_back).toBeUndefined();
            break;
          case "look_up":
            expect(given.contract.outcome_resolution).toBe("QUERYABLE");
            break;
          case "wait":
            expect(next.until > given.now).toBe(true);
            break;
          case "ask":
            expect(next.why).not.toBe("");
        }
        expect(status).toBe("INDETERMINATE");
        if (next.kind !== "send_again" && next.kind !== "look_up") return;
        expect(next.tried).toBeLessThanOrEqual(RESOLUTION_ATTEMPTS);
        const over = Date.parse(given.row.ended_at ?? given.row.started_at) + (10 + 60) * 1000;
        expect(over).toBeLessThanOrEqual(Date.parse(given.now));
      }),
    );
  });

  it("a call in the ledger is not taken up for ever: once it was asked about three times a person is", () => {
    fc.assert(
      fc.property(anyStanding, (given) => {
        const unknown = { ...given.row, status: "INDETERMINATE" } as const;
        const next = resolve({ ...given, record: tried(RESOLUTION_ATTEMPTS), row: unknown });
        if (given.kept === undefined) expect(next.kind).toBe("settled");
        else if (next.kind !== "count_anew") expect(next.kind).toBe("ask");
      }),
    );
  });
});
