import type { CallReply } from "@buddy/client";
import { describe, expect, it } from "vitest";
import { BuddyRefusal } from "../src/errors.ts";
import { asNotedText, isNoted, shownWithNotes } from "../src/govern/noted.ts";
import {
  CallRefused,
  isForTheProgram,
  isWaiting,
  refusedBy,
  settledAs,
  toldToModel,
  type Waiting,
} from "../src/govern/settled.ts";

const waiting: Waiting = {
  waiting: true,
  message: "It waits for a person.",
  call_id: "c1",
  for: "approval",
  approval_url: null,
};

describe("what a model is told of a call", () => {
  it("a model is told the tool's output of a call that was done, and of one that waits that it does", () => {
    expect(toldToModel({ kind: "done", output: { id: 1 }, notes: [] })).toEqual({ id: 1 });
    expect(toldToModel({ kind: "waiting", waiting })).toBe(waiting);
  });

  const links = { self: "", events: "", approvals: "", artifacts: "" };
  const beside = { call_id: "c1", attached: false, warnings: ["bob changed it"], links };
  const done = {
    ...beside,
    outcome: "done",
    mode: "LIVE",
    ...{ made_up: false, duplicate_of: null, output: 1, message: "Previewed." },
  } as const;
  const told = (reply: CallReply) => toldToModel(settledAs(reply));

  it("a model is told all notes beside the output, and that a call was previewed only", () => {
    expect(told(done)).toEqual({ noted: true, output: 1, notes: ["bob changed it"] });
    expect(told({ ...done, warnings: [] })).toBe(1);
    const previewed = told({ ...done, mode: "DRY_RUN" });
    expect(previewed).toEqual({ noted: true, output: 1, notes: ["Previewed.", "bob changed it"] });
    expect(isNoted(previewed)).toBe(true);
    expect(isNoted({ noted: true, notes: "own" })).toBe(false);
  });

  it("a model is told the notes of a call that was refused after a person changed it", () => {
    const refused = {
      ...beside,
      outcome: "refused",
      status: "failed",
      reasons: [],
      retry: "later",
      message: "No.",
    } as const;
    expect(() => told(refused)).toThrow("No.\nNote: bob changed it");
  });

  it.each([
    [
      { type: "text", value: "paid" },
      { type: "text", value: "paid\nNote: n" },
    ],
    [
      { type: "json", value: { paid: 1 } },
      { type: "text", value: '{"paid":1}\nNote: n' },
    ],
    [
      { type: "content", value: [] },
      { type: "content", value: [{ type: "text", text: "Note: n" }] },
    ],
    ["paid", { type: "text", value: "paid\nNote: n" }],
  ])("a model is told notes in the form in which its tool shows the output: %j", (shown, noted) => {
    expect(shownWithNotes(shown, ["n"])).toEqual(noted);
    expect(asNotedText("paid", [])).toBe("paid");
  });

  const invalid = (...paths: string[]) => {
    const violations = paths.map((path) => ({ path, rule: "type", message: "must be a number" }));
    const type = "urn:buddy:problem:invalid-input";
    return new BuddyRefusal({ type, title: "Not taken", status: 400, detail: "1 place", violations });
  };

  it.each([["/arguments/amount"], ["/tool_name"], [""], ["/confidence", "/arguments"]])(
    "a model is asked to change a call that was not taken for what it wrote, as at %j",
    (...paths) => {
      expect(isForTheProgram(invalid(...paths))).toBe(false);
      expect(refusedBy(invalid(...paths))).toMatchObject({ kind: "refused", refusal: { retry: "after_change" } });
    },
  );

  it.each([["/confidence"], ["/wait_seconds"], ["/rationale", "/goal"], ["/arguments_of"]])(
    "a call that was not taken for what the program says of it is the program's to mend, as at %j",
    (...paths) => {
      expect(isForTheProgram(invalid(...paths))).toBe(true);
      expect(() => refusedBy(invalid(...paths))).toThrow(BuddyRefusal);
    },
  );

  it("a model is told an error of a call that was refused", () => {
    const refusal = new CallRefused("No.", { retry: "never", status: "rejected", reasons: ["no"] });
    expect(() => toldToModel({ kind: "refused", refusal })).toThrow(refusal);
  });

  it.each([
    [{ waiting: true, call_id: "c1" }],
    [{ waiting: true, call_id: 7, message: "a queue's own" }],
    [{ waiting: "yes", call_id: "c1", message: "m" }],
    [null],
    ["waiting"],
  ])("a model is told a tool's own output where that only resembles a call that waits: %j", (output) => {
    expect(isWaiting(output)).toBe(false);
    expect(isWaiting(waiting)).toBe(true);
  });
});
