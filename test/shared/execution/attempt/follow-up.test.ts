import { describe, expect, it } from "vitest";
import {
  afterLookUp,
  afterSending,
  outOfTurn,
  stoppedAgain,
  waiting,
} from "../../../../shared/execution/attempt/follow-up.ts";
import { at } from "../../../ports/records.ts";
import { row, TIMES } from "./records.ts";

const contract = { timeout_seconds: 20 };
const asked = { row: row(), contract, tried: 1, times: TIMES, now: at(100) };
const undoing = { ...asked, row: row({ side: "compensation" }) };
const error = "looked up: it did not happen (no answer)";

describe("a call that was looked up", () => {
  it("a call that was looked up and happened is settled as committed, with all that was found", () => {
    const found = { kind: "happened", output: 5, undo: null, cut: "a part of it" } as const;
    expect(afterLookUp(asked, found)).toEqual({ kind: "settle", outcome: { ...found, kind: "committed" } });
  });

  it("a call that was looked up and did not happen is settled as refused", () => {
    const outcome = { kind: "rejected", error };
    expect(afterLookUp(asked, { kind: "did_not_happen" })).toEqual({ kind: "settle", outcome });
  });

  it("a call that was looked up before its time was over and is not there yet is looked for again, which is no attempt", () => {
    const early = { ...asked, now: at(30) };
    const why = "no answer; not done yet";
    const wait = { kind: "wait", until: at(90), tried: 0, why };
    expect(afterLookUp(early, { kind: "did_not_happen" })).toEqual(wait);
    expect(afterLookUp({ ...undoing, now: at(89) }, { kind: "did_not_happen" })).toEqual(wait);
    expect(afterLookUp(early, { kind: "happened", output: 5, undo: null })).toMatchObject({ kind: "settle" });
    expect(afterLookUp({ ...asked, now: at(90) }, { kind: "did_not_happen" })).toMatchObject({ kind: "settle" });
  });

  it("an undoing that was looked up and did not happen is begun anew, and settled as refused the third time", () => {
    const again = { kind: "begin_again", until: at(110), tried: 1, why: error } as const;
    expect(afterLookUp(undoing, { kind: "did_not_happen" })).toEqual(again);
    expect(afterLookUp({ ...undoing, tried: 3 }, { kind: "did_not_happen" })).toMatchObject({ kind: "settle" });
    expect(waiting("compensation", again)).toMatchObject({
      event: "undo_deferred",
      reason: `${error}: begun again at ${at(110)}`,
      changes: { look_again_at: at(110), deferrals: 1 },
    });
  });

  it("a call that was looked up in vain is asked about again after twice as long each time", () => {
    const found = { kind: "unknown", why: "it is being looked for" } as const;
    expect(afterLookUp(asked, found)).toEqual({ kind: "wait", until: at(120), tried: 1, why: found.why });
    expect(afterLookUp({ ...asked, tried: 2 }, found)).toMatchObject({ until: at(140), tried: 2 });
  });
});

describe("a call that was sent again", () => {
  const indeterminate = { kind: "indeterminate", error: "no answer either" } as const;

  it("a call that was sent again and was answered is settled so", () => {
    const outcome = { kind: "committed", output: 5, undo: null, cut: null } as const;
    expect(afterSending(asked, outcome)).toEqual({ kind: "settle", outcome });
  });

  it("a refusal while the first sending may still be at work is no outcome of that one", () => {
    const rejected = { kind: "rejected", error: "answered 409: it is being done" } as const;
    const why = "no answer; sent again under its key, which was refused: answered 409: it is being done";
    expect(afterSending({ ...asked, now: at(30) }, rejected)).toEqual({ kind: "wait", until: at(90), tried: 1, why });
    expect(afterSending({ ...asked, now: at(90) }, rejected)).toEqual({ kind: "ask", why });
  });

  it("a call sent again without an answer is taken up when it has settled by any clock, and tells the last answer", () => {
    const sent = { ...asked, row: row({ ended_at: at(150) }) };
    const wait = { kind: "wait", until: at(220), tried: 1, why: "no answer either" };
    expect(afterSending(sent, indeterminate)).toEqual(wait);
  });

  it("a call sent again without an answer is taken up later with each time, when that is later", () => {
    expect(afterSending({ ...asked, tried: 3, now: at(300) }, indeterminate)).toMatchObject({ until: at(340) });
  });

  it.each(["forward", "compensation"] as const)(
    "a refusal of a later sending is put to a person with its words: it says nothing of the one before it (%s)",
    (side) => {
      const sent = { ...asked, row: row({ side }) };
      expect(afterSending(sent, { kind: "rejected", error: "answered 409" })).toEqual({
        kind: "ask",
        why: "no answer; sent again under its key, which was refused: answered 409",
      });
    },
  );

  it("a refusal by all who were ever sent the call is what became of it", () => {
    const outcome = { kind: "rejected", error: "no such card", of_every_sending: true } as const;
    expect(afterSending(asked, outcome)).toEqual({ kind: "settle", outcome });
    expect(afterSending({ ...asked, now: at(30) }, outcome)).toEqual({ kind: "settle", outcome });
  });

  it("a second sending of which nothing left, or that had no admission or time, tells nothing of the one before it", () => {
    const unsent = { kind: "rejected", error: "nothing was sent: no connection", unsent: true } as const;
    const why = "no answer; not sent again: nothing was sent: no connection";
    expect(afterSending(asked, unsent)).toEqual({ kind: "wait", until: at(110), tried: 1, why });
    const revoked = { kind: "rejected", error: "answered 401", not_looked_at: true } as const;
    expect(afterSending(asked, revoked)).toEqual({
      ...{ kind: "wait", until: at(110), tried: 1 },
      why: "no answer; sent again under its key, which was refused: answered 401",
    });
    const busy = { kind: "rejected", error: "answered 429", again_in_seconds: 90 } as const;
    expect(afterSending(asked, busy)).toMatchObject({ kind: "wait", until: at(190), tried: 1 });
  });

  it("a call sent again to a service that asks to be left alone is taken up no sooner than it asks", () => {
    const sent = { ...indeterminate, again_in_seconds: 600 };
    expect(afterSending(asked, sent)).toMatchObject({ kind: "wait", until: at(700) });
    const found = { kind: "unknown", why: "answered 503", again_in_seconds: 600 } as const;
    expect(afterLookUp(asked, found)).toMatchObject({ kind: "wait", until: at(700), tried: 1 });
  });

  it("a call that is to be looked up at a service that is left alone has made no attempt", () => {
    expect(outOfTurn(asked, "asked about yet", { busy: "crm is left alone", seconds: 60 })).toEqual({
      kind: "wait",
      until: at(160),
      tried: 0,
      why: "no answer; not asked about yet: crm is left alone",
    });
  });

  it("a call that was to be sent again and had no turn has made no attempt", () => {
    expect(outOfTurn(asked, "sent again", { busy: "the rate limit of crm is used up", seconds: 7 })).toEqual({
      kind: "wait",
      until: at(107),
      tried: 0,
      why: "no answer; not sent again: the rate limit of crm is used up",
    });
  });

  it("a call that was to be sent again and was stopped says what stopped it", () => {
    expect(stoppedAgain(asked, { kind: "lock", reason: "locked by olga" })).toEqual({
      kind: "wait",
      until: at(110),
      tried: 1,
      why: "no answer; not sent again: locked by olga",
    });
  });

  it("a call that was to be sent again and was aborted is put to a person: nobody lifts an abort", () => {
    expect(stoppedAgain(asked, { kind: "aborted", reason: "aborted by olga" })).toMatchObject({ kind: "ask" });
  });

  it("a call that was to be sent again and rests on what may stand yet waits for that, which is no attempt", () => {
    expect(stoppedAgain(asked, { kind: "fallen", reason: "s1 is unknown", may_stand: true })).toMatchObject({
      kind: "wait",
      tried: 0,
      why: "no answer; not sent again: s1 is unknown",
    });
  });

  it("a call that was to be sent again and rests on what never happened or was undone is put to a person", () => {
    expect(stoppedAgain(asked, { kind: "fallen", reason: "s1 had no effect", may_stand: false })).toEqual({
      kind: "ask",
      why: "no answer; not sent again: s1 had no effect",
    });
  });
});

it("a wait for an unknown outcome is told with the attempts that were made, and is no wait for a turn", () => {
  expect(waiting("forward", { kind: "wait", until: at(120), tried: 2, why: "no answer" })).toEqual({
    event: "live_deferred",
    reason: `the outcome of the call is unknown (no answer): taken up again at ${at(120)}`,
    changes: {
      waits_for_slot_of: null,
      waits_for_lease: null,
      waiting_since: null,
      look_again_at: at(120),
      deferrals: 2,
    },
    asks: null,
  });
});
