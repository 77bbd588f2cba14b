import { describe, expect, it } from "vitest";
import {
  alsoWrites,
  driftSince,
  stoppedByFailure,
  stoppedWith,
  writersByResource,
} from "../../../../shared/execution/request/surroundings.ts";
import { indexSchedule } from "../../../../shared/execution/view/view.ts";
import { CONTRACTS, scheduleOf } from "../../../harness/arbitrary-schedules.ts";
import { plan, update } from "../../../harness/plans.ts";
import { PureExecution } from "../../../harness/pure-execution.ts";
import { approval } from "../../../ports/records.ts";

const schedule = scheduleOf([
  plan("p1", [
    update("s1", "c1", { stage: "customer" }),
    update("s2", "c2", { stage: "customer" }, { after: ["s1"] }),
    update("s3", "c3", { stage: "customer" }, { after: ["s2"] }),
  ]),
  plan("p2", [update("t1", "c1", { name: "Ann" }, { agent: "a2" })]),
]);
const execution = new PureExecution(schedule, CONTRACTS);
const stepOf = indexSchedule(schedule).step;

describe("what a request says of the steps around it", () => {
  it("a request names the steps of other plans that write the same record, and not the step itself", () => {
    const writers = writersByResource({ schedule });
    expect(alsoWrites(writers, stepOf("s1"))).toEqual(["p2/t1 (a2)"]);
    expect(alsoWrites(writers, stepOf("s3"))).toEqual([]);
  });

  it("a request names the steps that a rejection stops, without those that have ended", () => {
    const view = execution.view();
    expect(stoppedWith(indexSchedule(schedule), view, "s1")).toEqual(["s2", "s3"]);
    const ended = execution.records.get("s3");
    if (ended === undefined) throw new Error("no record of s3");
    const records = new Map(view.records).set("s3", { ...ended, phase: "finished" });
    expect(stoppedWith(indexSchedule(schedule), { records }, "s1")).toEqual(["s2"]);
  });

  it("a question what came of a call names what stops if it did not happen: its plan, and what stands behind it elsewhere", () => {
    const view = { ...execution.view(), schedule };
    expect(stoppedByFailure(indexSchedule(schedule), view, stepOf("s2"))).toEqual(["s1", "s3"]);
    const ended = execution.records.get("s1");
    if (ended === undefined) throw new Error("no record of s1");
    const records = new Map(view.records).set("s1", { ...ended, phase: "finished" });
    expect(stoppedByFailure(indexSchedule(schedule), { ...view, records }, stepOf("s2"))).toEqual(["s3"]);
    expect(stoppedByFailure(indexSchedule(schedule), view, stepOf("t1"))).toEqual([]);
  });

  it("a request tells which present values differ from the request before it for the same step", () => {
    const change = (old: string) => ({ record: "ghl:contact:c1", field: "stage", old, new: "customer" });
    const asked = (approval_id: string, created_at: string, old: string) => {
      return [approval_id, approval({ approval_id, created_at, step_id: "s1", changes: [change(old)] })] as const;
    };
    const approvals = new Map([
      asked("second", "2026-03-02T10:00:00.000Z", "qualified"),
      asked("first", "2026-03-02T09:00:00.000Z", "lead"),
      asked("own", "2026-03-02T11:00:00.000Z", "own"),
    ]);
    const record = { step_id: "s1", approval_id: "own" };
    expect(driftSince({ approvals }, record, [change("qualified")])).toEqual([]);
    expect(driftSince({ approvals }, record, [change("lead")])).toEqual([
      { record: "ghl:contact:c1", field: "stage", old: "qualified", new: "lead" },
    ]);
    expect(driftSince({ approvals: new Map() }, record, [change("lead")])).toEqual([]);
  });
});
