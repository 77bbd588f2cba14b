import { type PlannedFailure, plannedFailure } from "../../functions/tools/failure-plan.ts";
import { SERVICE_TOOLS } from "../../shared/contracts/standard/service-tools.ts";
import { type JsonObject, jsonObject } from "../../shared/plan/json.ts";
import { call, create, mail, plan, recall, search, update } from "../harness/plans.ts";

/** The subject of an execution; the n-th execution is of the kind `n modulo their number`. */
export const KINDS = [
  "reads",
  "update",
  "create",
  "mail",
  "update_then_refused_create",
  "create_that_times_out",
  "mail_that_times_out",
  "update_that_is_rolled_back",
  "mail_that_is_edited",
  "create_that_is_rejected",
  "mail_that_is_aborted",
] as const;
export type Kind = (typeof KINDS)[number];

/**
 * Only every second mail that could time out does: when half of a tool's calls time out its circuit opens, and then
 * its calls are held back for five minutes.
 */
export const kindOf = (n: number): Kind => {
  const kind = KINDS[n % KINDS.length] ?? "reads";
  return kind === "mail_that_times_out" && n % (2 * KINDS.length) >= KINDS.length ? "mail" : kind;
};

/** Half of all executions, and in time half of each kind, act on the counterpart, the others on the sandbox. */
export const isOnService = (n: number): boolean =>
  (n + Math.floor(n / KINDS.length) + Math.floor(n / (2 * KINDS.length))) % 2 === 1;

export const emailOf = (n: number): string => `person${n}@example.org`;
export const subjectOf = (n: number): string => `Subject ${n}`;
/** The text that an edited mail has instead. */
export const EDITED_BODY = "Dear Ann, dear Bob";
/** Which execution a step is of. */
export const numberOf = (step_id: string): number => Number(step_id.split("_").at(-1));
/** The sandbox is seeded with fifty contacts: executions meet on them. */
const contactOf = (n: number): string => `c${1 + (n % 50)}`;

const stepsOnService = (n: number) => {
  const [s1, s2] = [`s1_${n}`, `s2_${n}`];
  const find = (step_id: string) => call(step_id, "svc_search", { q: `c${n}` });
  const change = (step_id: string, after: string[] = []) =>
    call(step_id, "svc_update", { contact_id: contactOf(n), company: `Company ${n}` }, { after });
  const make = (step_id: string, after: string[] = []) => call(step_id, "svc_create", { email: emailOf(n) }, { after });
  switch (kindOf(n)) {
    case "reads":
      return [find(s1), find(s2)];
    case "update":
      return [change(s1)];
    case "create":
    case "create_that_is_rejected":
    case "create_that_times_out":
      return [make(s1)];
    case "mail":
    case "mail_that_is_edited":
    case "mail_that_is_aborted":
    case "mail_that_times_out":
      return [call(s1, "svc_mail", { subject: subjectOf(n), body: "Dear Ann" })];
    case "update_then_refused_create":
      return [change(s1), make(s2, [s1])];
    case "update_that_is_rolled_back":
      return [find(s1), change(s2, [s1])];
  }
};

const stepsOnSandbox = (n: number) => {
  const [s1, s2] = [`s1_${n}`, `s2_${n}`];
  const change = { company: `Company ${n}` };
  switch (kindOf(n)) {
    case "reads":
      return [recall(s1, "invoice"), search(s2, `c${n}`)];
    case "update":
      return [update(s1, contactOf(n), change)];
    case "create":
    case "create_that_is_rejected":
    case "create_that_times_out":
      return [create(s1, emailOf(n))];
    case "mail":
    case "mail_that_is_edited":
    case "mail_that_is_aborted":
    case "mail_that_times_out":
      return [mail(s1, subjectOf(n))];
    case "update_then_refused_create":
      return [update(s1, contactOf(n), change), create(s2, emailOf(n), { after: [s1] })];
    case "update_that_is_rolled_back":
      return [search(s1, "c1"), update(s2, contactOf(n), change, { after: [s1] })];
  }
};

export const submissionOf = (n: number): JsonObject => ({
  plans: [plan(`plan_${n}`, isOnService(n) ? stepsOnService(n) : stepsOnSandbox(n))],
});

/** The failures of so many executions, each of one call, or of every call where it is a refusal. */
export const failuresOf = (executions: number): PlannedFailure[] =>
  Array.from({ length: executions }, (_, n) => failureOf(n)).filter((failure) => failure !== undefined);

const failureOf = (n: number): PlannedFailure | undefined => {
  const failure = { failure_id: `failure_${n}`, rung: "call" } as const;
  const creating = { ...failure, tool_name: "ghl_create_contact", arguments: { email: emailOf(n) } };
  switch (kindOf(n)) {
    case "update_then_refused_create":
      return plannedFailure.parse({ ...creating, kind: "reject", times: null });
    case "create_that_times_out":
      return plannedFailure.parse({ ...creating, kind: "time_out_after_effect", times: 1 });
    case "mail_that_times_out": {
      const mailing = { ...failure, tool_name: "msgraph_send_email", arguments: { subject: subjectOf(n) } };
      return plannedFailure.parse({ ...mailing, kind: "time_out_after_effect", times: 1 });
    }
    default:
      return undefined;
  }
};

/** The service tools without the quotas of real services, which would make the test wait for minutes. */
export const contractsWithoutQuotas = (): JsonObject[] =>
  SERVICE_TOOLS.map((source) => jsonObject.parse({ ...source, rate_limit: null }));
