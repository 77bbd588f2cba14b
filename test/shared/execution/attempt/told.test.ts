import { describe, expect, it } from "vitest";
import { SIDES } from "../../../../shared/execution/attempt/side.ts";
import {
  deferred,
  failed,
  held,
  notSent,
  notUndone,
  succeeded,
  unknown,
} from "../../../../shared/execution/attempt/told.ts";
import { ledgerSide } from "../../../../shared/execution/record/ledger-row.ts";
import { after } from "../../../../shared/execution/record/states.ts";
import { execution } from "../../../ports/records.ts";
import { record, row } from "./records.ts";

const silent = { reason: null, live_output: null };

describe.each(ledgerSide.options)("the events of a call's %s side", (side) => {
  const { state, asks } = SIDES[side];
  const standing = record(state);
  const told = [
    deferred(side, "x", {}),
    held(side, execution(), "x"),
    notSent(side, standing, "x"),
    succeeded(standing, row({ side, status: "COMMITTED" }), silent),
    failed(side, standing, "x", { row: row({ side, status: "REJECTED" }) }),
    unknown(side, standing, row({ side }), "x"),
  ];

  it("the events of each side of a call are legal where that side is attempted", () => {
    for (const { event } of told) expect(after({ state, phase: "open" }, event), event).toBeDefined();
  });

  it("the events of each side of a call announce a request exactly where they say that a person is asked", () => {
    for (const each of told) expect("approval_id" in each.changes, each.event).toBe(each.asks !== null);
    expect(told.at(-1)?.asks).toBe(asks.unknown);
  });

  it("the events of each side of a call seal the row of what is settled, and of nothing else", () => {
    expect(told.map((each) => each.row !== undefined)).toEqual([false, false, false, true, true, false]);
  });
});

it("what was not undone is a question about what stands, which an undoing of it announces", () => {
  const told = notUndone(record("ROLLBACK"), "no worker took it");
  expect(after({ state: "ROLLBACK", phase: "open" }, told.event)).toEqual({
    state: "AWAITING_APPROVAL",
    phase: "undo_asked",
  });
  expect(told).toMatchObject({ asks: "undo", changes: { ending: "live", approvals_asked: 1 } });
  expect(told.row).toBeUndefined();
});

it("only a forward call leaves a rung behind, once it was sent", () => {
  const rungsOf = (side: "forward" | "compensation") => {
    const standing = record(SIDES[side].state);
    return [
      succeeded(standing, row({ side }), silent),
      failed(side, standing, "x", { row: row({ side }) }),
      unknown(side, standing, row({ side }), "x"),
      failed(side, standing, "x"),
      unknown(side, standing, undefined, "x"),
    ].map(({ changes }) => changes.rungs?.map(({ outcome }) => outcome));
  };
  expect(rungsOf("forward")).toEqual([["succeeded"], ["failed"], ["unknown"], undefined, undefined]);
  expect(rungsOf("compensation")).toEqual([undefined, undefined, undefined, undefined, undefined]);
});

it("a call that told nothing counts once among those that timed out, however it was found out, and no other does", () => {
  const timedOut = (told: ReturnType<typeof succeeded>) => told.changes.rungs?.map(({ timed_out }) => timed_out);
  const standing = record("LIVE");
  const found = row({ status: "COMMITTED", unanswered: true });
  expect(timedOut(succeeded(standing, found, silent))).toEqual([true]);
  expect(timedOut(failed("forward", standing, "x", { row: { ...found, status: "REJECTED" } }))).toEqual([true]);
  // The process died and not the service: its row says nothing of an answer.
  expect(timedOut(succeeded(standing, row({ status: "COMMITTED" }), silent))).toEqual([false]);
  const { rungs = [] } = unknown("forward", standing, row({ unanswered: true }), "x").changes;
  expect(timedOut(succeeded({ ...standing, rungs }, found, silent))).toEqual([true, false]);
});
