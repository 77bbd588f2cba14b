import { expect, it } from "vitest";
import type { EdgeKind } from "../../../shared/conflicts/schedule.ts";
import { buildCase, type Case } from "../../../shared/verification/case.ts";
import { order } from "../../../shared/verification/checks/order.ts";
import { collect, type Finding } from "../../../shared/verification/finding.ts";
import { readManifests } from "../../../shared/verification/read-manifests.ts";
import { readRecord } from "../../../shared/verification/read-record.ts";
import { BOB } from "../../functions/api/harness.ts";
import { approveAll, evidenceOf, keyPair, signedHarness, submit } from "./real-execution.ts";

/** An execution whose `update` was rejected, on which `then` depends; `mail` was made behind the read `look`. */
const rejectedUpdate = async (): Promise<Case> => {
  const keys = keyPair();
  const on = await signedHarness(keys);
  const id = await submit(on);
  const request = (await on.deps.approvals.ofExecution(id)).find(({ step_id }) => step_id === "update");
  const body = { decision: "reject", digest: request?.digest, comment: "no" };
  expect((await on.post(`/approvals/${request?.approval_id}/decision`, body, BOB)).ok).toBe(true);
  await on.settle();
  await approveAll(on, id);
  const { execution_id, record, files, pinned } = await evidenceOf(on, id, keys);
  const ignored = collect("record", []);
  const manifests = readManifests(execution_id, files, ignored);
  return buildCase({
    execution_id,
    record: readRecord(record, ignored),
    manifests,
    files,
    keys: [],
    pinned,
    remembered: [],
    alone: false,
  });
};

/** The check's findings when the schedule had one edge more. */
const findingsWith = (verified: Case, ...more: [string, string, EdgeKind][]): string[] => {
  const findings: Finding[] = [];
  const schedules = verified.schedules.map((schedule) => ({
    ...schedule,
    edges: [...schedule.edges, ...more.map(([before, after, kind]) => ({ before, after, kind }))],
  }));
  order.run({ ...verified, schedules }, collect("order", findings));
  return findings.map(({ severity, where, message }) => `${severity} ${where}: ${message}`);
};

it("the rule of order finds a write that was made while one ahead of it was refused, past a read between them", async () => {
  const verified = await rejectedUpdate();
  expect(findingsWith(verified)).toEqual([]);
  expect(findingsWith(verified, ["update", "mail", "order"])).toEqual([]);
  const found = ["tampered step:mail: it was made, and update, on which it depends, was not"];
  expect(findingsWith(verified, ["update", "mail", "depends_on"])).toEqual(found);
  expect(findingsWith(verified, ["update", "look", "contract"])).toEqual(found);
});

it("the rule of order finds nothing missing where something is not sealed yet, and says that it is not proven", async () => {
  const verified = { ...(await rejectedUpdate()), unsealed: true };
  expect(findingsWith(verified, ["update", "mail", "depends_on"])).toEqual([
    "incomplete step:mail: it was made, and update, on which it depends, was not",
  ]);
});

it("a breach of the rule of order is a note in what the release before sealed, which could break it", async () => {
  const verified = await rejectedUpdate();
  const manifests = new Map(
    [...verified.manifests].map(([number, { requests_digest: _none, ...earlier }]) => [number, earlier] as const),
  );
  expect(findingsWith({ ...verified, manifests }, ["update", "mail", "depends_on"])).toEqual([
    "note step:mail: it was made, and update, on which it depends, was not",
  ]);
});
