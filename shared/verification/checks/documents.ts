import { previewDigest } from "../../execution/approval/preview.ts";
import { scheduleNamedBy } from "../../execution/record/schedule-named-by.ts";
import { canonicalJson } from "../../plan/digest.ts";
import { type Case, placeOf, previewAt, scheduleRefs } from "../case.ts";
import type { Findings } from "../finding.ts";
import type { Check } from "./check.ts";

/** Submission, schedules and previews are those that the events name, and those of the execution's own record. */
export const documents: Check = {
  name: "documents",
  run: (verified, findings) => {
    checkNames(verified, findings);
    return checkSubmission(verified, findings) + checkSchedules(verified, findings) + checkPreviews(verified, findings);
  },
};

/** A document that no event names was put there by somebody, and could be taken for part of what is verified. */
const checkNames = ({ record, steps, serial }: Case, findings: Findings): void => {
  const named = new Set([record.head?.submission.digest, ...scheduleRefs(serial)]);
  for (const { transitions } of steps.values()) for (const { after } of transitions) named.add(after.preview?.digest);
  for (const digest of [...record.documents.keys(), ...record.lost]) {
    if (!named.has(digest)) findings.tampered(`document ${digest}`, "no event names it");
  }
  for (const digest of record.lost) {
    if (record.documents.has(digest)) findings.incomplete(`document ${digest}`, "the store gave it only at times");
  }
};

const lacks = ({ record }: Case, digest: string): boolean => !record.documents.has(digest);

const checkSubmission = (verified: Case, findings: Findings): number => {
  const { serial, submission, record } = verified;
  const submitted = serial.find(({ type }) => type === "submitted");
  if (submitted === undefined) {
    findings.incomplete("execution", "no event tells of the submission");
    return 0;
  }
  const where = placeOf(submitted);
  const { head } = record;
  if (head !== undefined) {
    compare(findings, where, "submission", submitted.body.submission, head.submission.digest);
    compare(findings, where, "plans", submitted.body.plan_ids, head.plan_ids);
    compare(findings, where, "number of steps", submitted.body.step_count, head.step_count);
    compare(findings, where, "submitter", submitted.actor, head.submitted_by);
    if (lacks(verified, head.submission.digest))
      findings.incomplete(where, "the submission itself is not in the record");
  }
  if (submission === undefined) return 1;
  compare(
    findings,
    where,
    "plans",
    submitted.body.plan_ids,
    submission.plans.map(({ plan_id }) => plan_id),
  );
  const validated = serial.find(({ type }) => type === "validated");
  if (validated !== undefined) {
    const contracts = submission.contracts.map(({ tool_name, version, content_hash }) => ({
      tool_name,
      version,
      content_hash,
    }));
    compare(findings, placeOf(validated), "contracts", validated.body.contracts, contracts);
  }
  return 1;
};

const checkSchedules = (verified: Case, findings: Findings): number => {
  const { serial, record, schedules, steps } = verified;
  const refs = scheduleRefs(serial);
  for (const digest of refs) {
    if (lacks(verified, digest)) findings.incomplete("execution", `the schedule ${digest} is not in the record`);
  }
  const inForce = record.head?.schedule ?? null;
  const last = serial.map(scheduleNamedBy).findLast((ref) => ref !== undefined);
  if (inForce !== null && last === undefined) {
    findings.incomplete("execution", "the execution has a schedule that no event names");
  } else if (record.head !== undefined && text(inForce) !== text(last)) {
    const wrong = verified.settled ? findings.tampered : findings.incomplete;
    wrong("execution", "the schedule in force is not the last that an event names", {
      expected: text(last),
      found: text(inForce),
    });
  }
  if (refs.length === 0 && steps.size > 0)
    findings.incomplete("execution", "steps moved and no event names a schedule");
  if (schedules.length < new Set(refs.filter((digest) => !lacks(verified, digest))).size) {
    findings.tampered("execution", "a document that an event calls a schedule is none");
  }
  return refs.length;
};

const checkPreviews = (verified: Case, findings: Findings): number => {
  let examined = 0;
  for (const { transitions } of verified.steps.values()) {
    for (const { event, after, before } of transitions) {
      const ref = after.preview;
      if (ref === null || ref.digest === before.preview?.digest) continue;
      examined += 1;
      const sealed = previewAt(verified, ref.digest);
      if (lacks(verified, ref.digest)) findings.incomplete(placeOf(event), "its preview is not in the record");
      else if (sealed === undefined) findings.tampered(placeOf(event), "what it calls a preview is none");
      else compare(findings, placeOf(event), "digest of its preview", after.preview_digest, previewDigest(sealed));
    }
  }
  return examined;
};

const compare = (findings: Findings, where: string, what: string, said: unknown, found: unknown): void => {
  const [one, other] = [text(said), text(found)];
  if (one !== other) findings.tampered(where, `the ${what} it names is another`, { expected: one, found: other });
};

/** Values come from JSON, or are built of it here. */
const text = (value: unknown): string => canonicalJson(JSON.parse(JSON.stringify(value ?? null)));
