import { describe, expect, it } from "vitest";
import type { ToolContract } from "../../../../shared/contracts/tool-contract.ts";
import type { ApprovalKind } from "../../../../shared/execution/approval/approval.ts";
import { excludedFrom, needsFourEyes, votesNeeded } from "../../../../shared/execution/request/who-decides.ts";
import { argumentNotes, questionInWords, reasonsFor } from "../../../../shared/execution/request/words.ts";
import { CONTRACTS, scheduleOf } from "../../../harness/arbitrary-schedules.ts";
import { create, mail, plan, update } from "../../../harness/plans.ts";
import { PureExecution } from "../../../harness/pure-execution.ts";

const FLOOR = { duplicate_window_floor_hours: 1 };
const KINDS: readonly ApprovalKind[] = ["approve", "reconcile", "reconcile_undo", "undo", "undo_failed"];

const steps = [update("move", "c1", { stage: "customer" }), mail("tell", "Welcome"), create("add", "a@example.org")];
const schedule = scheduleOf([plan("p1", steps)]);
const stepOf = (step_id: string) => {
  const step = schedule.steps.find((each) => each.step_id === step_id);
  if (step === undefined) throw new Error(`no step ${step_id}`);
  return step;
};
const viewWith = (config: Record<string, unknown> = {}) => new PureExecution(schedule, CONTRACTS, config).view();
const reasonsOf = (kind: ApprovalKind, step_id: string, config: Record<string, unknown> = {}) =>
  reasonsFor({ kind }, viewWith(config), stepOf(step_id), { reason: null }, FLOOR);

describe("the words of a request", () => {
  it("the words of a request ask by the kind of request what the person is to say", () => {
    const questions = KINDS.map((kind) =>
      questionInWords({ kind }, stepOf("move"), { reason: "no answer" }, undefined, ["olga"]),
    );
    expect(questions.map(({ summary }) => summary)).toEqual([
      "ghl_update_contact",
      "Did this call of ghl_update_contact happen? no answer",
      "Did the compensation of ghl_update_contact happen? no answer",
      "Undo ghl_update_contact? no answer",
      "olga, for agent a1, must undo ghl_update_contact by hand, or accept it as it stands; somebody else confirms it here. no answer",
    ]);
  });

  it("the words of a request name the agent where nobody is registered who could undo the call by hand", () => {
    const { summary } = questionInWords({ kind: "undo_failed" }, stepOf("move"), { reason: null }, undefined, []);
    expect(summary).toContain("The person responsible for agent a1 (it has no registered owner) must undo");
  });

  it("the words of a request say why it is asked: the contract, a HIGH risk, or what became of the call", () => {
    expect(reasonsOf("approve", "move")).toEqual(["the contract of ghl_update_contact asks for 1"]);
    expect(reasonsOf("approve", "tell")).toEqual(["msgraph_send_email is irreversible (HIGH risk)"]);
    expect(reasonsFor({ kind: "undo" }, viewWith(), stepOf("move"), { reason: "asked" }, FLOOR)).toEqual(["asked"]);
  });

  it("the words of a request tell of a shortened duplicate window only where a call is asked for that must not be made twice", () => {
    const short = { duplicate_window_hours: 0 };
    expect(reasonsOf("approve", "tell", short)).toContainEqual(
      expect.stringContaining("for 0 h only (1 h are counted"),
    );
    expect(reasonsOf("reconcile", "tell", short).join()).not.toContain("h are counted");
    const insensitive = new Map(
      [...CONTRACTS].map(([name, contract]): [string, ToolContract] => [
        name,
        { ...contract, risk_level: "MEDIUM", duplicate_sensitive: false },
      ]),
    );
    const view = { ...viewWith(short), contracts: insensitive };
    expect(reasonsFor({ kind: "approve" }, view, stepOf("tell"), { reason: null }, FLOOR).join()).not.toContain(
      "h only",
    );
  });

  it("the words of a request note an argument that is spelled almost as one of the contract's", () => {
    const open: ToolContract = {
      ...(CONTRACTS.get("ghl_update_contact") as ToolContract),
      input_schema: { type: "object", properties: { contact_id: { type: "string" } } },
    };
    const view = { ...viewWith(), contracts: new Map([["ghl_update_contact", open]]) };
    expect(argumentNotes(view, stepOf("move"), { contact_idd: "c1" }).argument_notes).toHaveLength(1);
    expect(argumentNotes(view, stepOf("move"), { contact_id: "c1" })).toEqual({});
  });
});

describe("who decides a request", () => {
  it("a request is decided by as many as the contract of the call asks for, or that of the tool that undoes it", () => {
    const undoneByMail: ToolContract = {
      ...(CONTRACTS.get("ghl_update_contact") as ToolContract),
      compensation: { tool_name: "msgraph_send_email", arguments: {} },
    };
    const two: ToolContract = {
      ...(CONTRACTS.get("msgraph_send_email") as ToolContract),
      approvals_required: 2,
    };
    const contracts = new Map([
      ["ghl_update_contact", undoneByMail],
      ["msgraph_send_email", two],
    ]);
    const votes = KINDS.map((kind) => votesNeeded({ contracts }, { kind }, stepOf("move")));
    expect(votes).toEqual([1, 1, 1, 2, 1]);
    expect(votesNeeded({ contracts: CONTRACTS }, { kind: "undo" }, stepOf("move"))).toBe(1);
  });

  it("a request needs four eyes for HIGH and for every word on what really happened", () => {
    expect(KINDS.map((kind) => needsFourEyes({ kind }, stepOf("move")))).toEqual([false, true, true, true, true]);
    expect(KINDS.map((kind) => needsFourEyes({ kind }, stepOf("tell")))).toEqual([true, true, true, true, true]);
  });

  it("a request is decided neither by its submitter, nor an owner, nor the last editor, each named once", () => {
    const { execution } = viewWith();
    expect(excludedFrom(execution, { last_edited_by: "eve" }, ["olga", "sam"])).toEqual(["sam", "olga", "eve"]);
    expect(excludedFrom(execution, { last_edited_by: null }, [])).toEqual(["sam"]);
  });
});
