import { describe, expect, it } from "vitest";
import { type Conflict, conflictIdOf } from "../../../../shared/conflicts/schedule.ts";
import { CEILING_CAUSES, type CeilingReason } from "../../../../shared/contracts/ceiling.ts";
import { callAnswer } from "../../../../shared/execution/call/answer.ts";
import { type CallFacts, callAnswerOf } from "../../../../shared/execution/call/call-answer.ts";
import type { ExecutionState, Phase } from "../../../../shared/execution/record/states.ts";
import { newStepRecord } from "../../../../shared/execution/record/step-event.ts";
import type { Ending, RungResult, StepRecord } from "../../../../shared/execution/record/step-record.ts";
import { executionConfig } from "../../../../shared/plan/config.ts";
import { contractOf } from "../../contracts/contract-inputs.ts";

const NOW = "2026-03-01T10:00:00.000Z";
const BODY = { key: "k", digest: "d" };
const WRITE = contractOf("MEDIUM");
const READ = contractOf("LOW");

const WAITS =
  "Ask for its outcome by its call_id; the same call again waits for the same outcome and is not made twice.";
const NEVER = "Do not make this call again, nor another to the same effect.";
const LATER = "The same call may be made again later, not at once.";
const CHANGE = "Made again unchanged, it is refused again: change first what the reasons name.";

const conflict = (conflict_type: Conflict["conflict_type"], finding: string): Conflict => ({
  conflict_id: conflictIdOf(conflict_type, ["call"]),
  conflict_type,
  severity_score: 5,
  step_ids: ["call"],
  plan_ids: ["p1"],
  tools_involved: ["tool"],
  agents_involved: ["agent_1"],
  resolution_strategy: "ABORT",
  resolution_status: "resolved",
  finding,
  resolution: "it is aborted",
  details: {},
});

const rung = (timed_out: boolean): RungResult => ({
  mode: "LIVE",
  outcome: "failed",
  started_at: NOW,
  duration_ms: 1,
  timed_out,
  error: "no answer",
});

const lowered = (cause: CeilingReason["cause"], message: string): CeilingReason => ({
  cause,
  mode: "DRY_RUN",
  message,
});

/** The facts of a call beside the record of its step. */
type Beside = {
  readonly contract?: CallFacts["contract"];
  readonly dry_run_only?: boolean;
  readonly request?: CallFacts["request"];
  readonly hold?: CallFacts["hold"];
  readonly conflicts?: readonly Conflict[];
  readonly ceiling?: readonly CeilingReason[];
  readonly not_before_seconds?: number;
};

const answerTo = (record: Partial<StepRecord>, beside: Beside = {}) => {
  const { contract = WRITE, dry_run_only = false, request = null, hold = null } = beside;
  const { conflicts = [], ceiling = [], not_before_seconds = 0 } = beside;
  return callAnswerOf({
    execution: { execution_id: "x1", submitted_at: NOW, config: executionConfig.parse({ dry_run_only }) },
    contract,
    record: { ...newStepRecord({ execution_id: "x1", plan_id: "p1", step_id: "call" }, NOW), ...record },
    scheduled: { step: { ceiling: { mode: "LIVE", reasons: [...ceiling] }, not_before_seconds }, conflicts },
    request,
    hold,
    now: NOW,
  });
};

/** How it stands, in the order of the columns: what an agent goes by, then the words that it is told. */
const heard = (record: Partial<StepRecord>, beside?: Beside): readonly string[] => {
  const answer = callAnswer.parse(answerTo(record, beside));
  switch (answer.outcome) {
    case "done":
      return ["done", answer.mode, answer.message];
    case "refused":
      return ["refused", answer.status, answer.retry, answer.message];
    case "waiting":
      return ["waiting", answer.for, answer.message];
  }
};

const PREVIEWED = { mock_output: BODY, dry_run_output: BODY };
const MADE = { ...PREVIEWED, live_output: BODY, committed: true };
const WHY = "the reason on record";
const EARLIER = { execution_id: "x0", step_id: "call", status: "COMMITTED", at: NOW } as const;

type Row = readonly [why: string, record: Partial<StepRecord>, beside: Beside, ...heard: string[]];

/** Every ending of a step, with what else decides the answer. The compiler asks for a new one. */
const ENDED: Readonly<Record<Ending, readonly Row[]>> = {
  live: [
    ["was made", MADE, {}, "done", "LIVE", "Done."],
    [
      "was made where no service answers",
      { ...MADE, made_up: true },
      {},
      ...["done", "LIVE", "Done. No service answers this tool: the output is made up."],
    ],
  ],
  undo_accepted: [["stands, since it could not be undone", MADE, {}, "done", "LIVE", "Done."]],
  preview_only: [
    [
      "was asked for as a preview",
      PREVIEWED,
      { dry_run_only: true },
      ...["done", "DRY_RUN", "Previewed only, as asked: nothing was changed."],
    ],
    [
      "was previewed and asked for more",
      { ...PREVIEWED, reason: WHY },
      {},
      ...["refused", "blocked", "after_change", `Refused (blocked): ${WHY}. Nothing was done. ${CHANGE}`],
    ],
  ],
  ceiling: [
    [
      "only reads, and was read in DRY_RUN",
      PREVIEWED,
      { contract: READ },
      ...["done", "DRY_RUN", "Read in DRY_RUN: LIVE was not reached."],
    ],
    [
      "only reads, from no service",
      { ...PREVIEWED, made_up: true, reason: WHY },
      { contract: READ },
      ...["refused", "blocked", "after_change", `Refused (blocked): ${WHY}. Nothing was done. ${CHANGE}`],
    ],
    [
      "was only simulated, and asked for a preview",
      { mock_output: BODY, reason: WHY },
      { dry_run_only: true },
      ...["refused", "blocked", "after_change", `Refused (blocked): ${WHY}. Nothing was done. ${CHANGE}`],
    ],
    [
      "was lowered when it was scheduled and since, once by the same words",
      {
        ...PREVIEWED,
        ceiling_reasons: [lowered("live_budget", "five were made"), lowered("confidence", "too unsure")],
      },
      { ceiling: [lowered("confidence", "too unsure")] },
      ...["refused", "blocked", "after_change"],
      `Refused (blocked): too unsure; five were made. Nothing was done. ${CHANGE}`,
    ],
    [
      "only reads, by a tool that nothing is asked of before a person has accepted it",
      { ...PREVIEWED, ceiling_reasons: [lowered("quarantine", "it is described otherwise")] },
      { contract: READ },
      ...["refused", "blocked", "later", `Refused (blocked): it is described otherwise. Nothing was done. ${LATER}`],
    ],
    [
      "was asked for as a preview, of a tool that nothing is asked of",
      { ...PREVIEWED, ceiling_reasons: [lowered("quarantine", "it is described otherwise")] },
      { dry_run_only: true, ceiling: [lowered("configuration", "dry_run_only is set")] },
      ...["refused", "blocked", "later", `Refused (blocked): it is described otherwise. Nothing was done. ${LATER}`],
    ],
  ],
  rejected: [
    [
      "was rejected with a comment",
      { reason: WHY },
      { request: { approval_id: "ap-1", status: "rejected", expires_at: null, comment: "Ann asked for no mails" } },
      ...["refused", "rejected", "never", `Refused (rejected): Ann asked for no mails. Nothing was done. ${NEVER}`],
    ],
    [
      "was rejected without a word",
      {},
      { request: { approval_id: "ap-1", status: "rejected", expires_at: null, comment: null } },
      ...["refused", "rejected", "never", `Refused (rejected): an approver rejected it. Nothing was done. ${NEVER}`],
    ],
  ],
  expired: [
    [
      "was decided by nobody",
      {},
      {},
      ...["refused", "expired", "later", `Refused (expired): nobody decided in time. Nothing was done. ${LATER}`],
    ],
  ],
  conflict: [
    [
      "was made before by another",
      { ...PREVIEWED, live_output: BODY, duplicate_of: EARLIER },
      {},
      ...["done", "LIVE"],
      "The same call was made before and counts as this one: it was not made again, and the output is that call's.",
    ],
    [
      "repeats one whose output nobody has",
      { reason: WHY, duplicate_of: EARLIER },
      {},
      ...["refused", "blocked", "never", `Refused (blocked): ${WHY}. Nothing was done. ${NEVER}`],
    ],
    [
      "was dropped for one of which nobody knew whether it was made",
      { reason: WHY, live_output: BODY, duplicate_of: { ...EARLIER, status: "INDETERMINATE" } },
      {},
      ...["refused", "blocked", "later"],
      `Refused (blocked): step ${EARLIER.step_id} of execution ${EARLIER.execution_id} began the same call at ${EARLIER.at}, and nobody knew whether that was made: it is not made again before a person has found out. Nothing was done. ${LATER}`,
    ],
    [
      "was ended by a conflict that nobody named",
      {},
      {},
      ...["refused", "blocked", "later", `Refused (blocked): a conflict ended it. Nothing was done. ${LATER}`],
    ],
    ...(
      [
        ["PERMISSION_CONFLICT", "after_change", CHANGE],
        ["DUPLICATE_ACTION", "never", NEVER],
        ["ORDERING_CONFLICT", "later", LATER],
        ["RESOURCE_CONFLICT", "later", LATER],
        ["RATE_LIMIT_CONFLICT", "later", LATER],
        ["TIMEOUT_CONFLICT", "after_change", CHANGE],
      ] as const
    ).map(
      ([type, retry, advice]): Row => [
        `was ended by ${type}`,
        {},
        { conflicts: [conflict(type, `found: ${type}`)] },
        ...["refused", "blocked", retry, `Refused (blocked): found: ${type}. Nothing was done. ${advice}`],
      ],
    ),
  ],
  dependency: [
    [
      "rested on what was aborted",
      {},
      {},
      ...["refused", "blocked", "later", `Refused (blocked): what it rests on was aborted. Nothing was done. ${LATER}`],
    ],
  ],
  lock: [
    [
      "was stopped by a lock",
      {},
      {},
      ...["refused", "blocked", "later", `Refused (blocked): a lock applies. Nothing was done. ${LATER}`],
    ],
  ],
  execution_aborted: [
    [
      "was aborted by a person",
      { reason: WHY },
      {},
      ...["refused", "blocked", "never", `Refused (blocked): ${WHY}. Nothing was done. ${NEVER}`],
    ],
  ],
  plan_failed: [
    [
      "was of a plan that failed",
      {},
      {},
      ...["refused", "blocked", "later", `Refused (blocked): its plan failed. Nothing was done. ${LATER}`],
    ],
  ],
  not_started: [
    [
      "found nothing free in time",
      {},
      {},
      ...["refused", "blocked", "later"],
      `Refused (blocked): what it needs was not free in time. Nothing was done. ${LATER}`,
    ],
  ],
  failed: [
    [
      "was refused by its service",
      { reason: "422: no such contact", rungs: [rung(false)] },
      {},
      ...["refused", "failed", "after_change", `Refused (failed): 422: no such contact. Nothing was done. ${CHANGE}`],
    ],
    [
      "got no answer, and had not happened",
      { reason: "no answer", rungs: [rung(true)] },
      {},
      ...["refused", "failed", "later", `Refused (failed): no answer. Nothing was done. ${LATER}`],
    ],
    [
      "was never sent",
      { reason: "no worker took it", passing: true },
      {},
      ...["refused", "failed", "later", `Refused (failed): no worker took it. Nothing was done. ${LATER}`],
    ],
  ],
  compensated: [
    [
      "was undone",
      { ...MADE, reason: "the customer called" },
      {},
      ...["refused", "undone", "never"],
      `Refused (undone): the customer called. It was done and then undone. ${NEVER}`,
    ],
  ],
};

const LATER_BY_CAUSE = new Set<string>(["live_enabled", "lock", "live_budget", "deadline", "quarantine"]);

describe("the answer about a call that has ended", () => {
  const rows = Object.entries(ENDED).flatMap(([ending, all]) =>
    all.map(([why, record, beside, ...words]) => [`${why} (${ending})`, { ...record, ending }, beside, words] as const),
  );
  it.each(rows)(
    "the answer about a call that %s tells what became of it and what to do",
    (_why, record, beside, words) => {
      expect(heard({ ...record, phase: "finished" } as Partial<StepRecord>, beside)).toEqual(words);
    },
  );

  it.each(CEILING_CAUSES)(
    "the answer about a call that %s kept below LIVE says whether the agent can change that",
    (cause) => {
      const beside = { ceiling: [lowered(cause, `by ${cause}`)] };
      const [retry, advice] = LATER_BY_CAUSE.has(cause) ? ["later", LATER] : ["after_change", CHANGE];
      expect(heard({ ...PREVIEWED, ending: "ceiling", phase: "finished" }, beside)).toEqual([
        ...["refused", "blocked", retry, `Refused (blocked): by ${cause}. Nothing was done. ${advice}`],
      ]);
    },
  );
});

type Waits = readonly [what: string, says: string];
const APPROVAL: Waits = ["approval", "A person has to decide it first."];
const OUTCOME: Waits = ["outcome", "It is under way."];
const UNLOCK: Waits = ["unlock", "An operator's lock holds it."];

describe("the answer about a call that goes on", () => {
  /** Every state and phase of one that has not ended. */
  const BY_STATE: Readonly<Record<ExecutionState, Waits>> = {
    MOCK: OUTCOME,
    DRY_RUN: OUTCOME,
    AWAITING_APPROVAL: APPROVAL,
    LIVE: OUTCOME,
    ROLLBACK: OUTCOME,
    ABORTED: OUTCOME,
    LOCKED: UNLOCK,
  };
  const BY_PHASE: Readonly<Record<Exclude<Phase, "open">, readonly string[]>> = {
    finished: ["waiting", "outcome", `It is under way. ${WAITS}`],
    reconcile: [
      ...["waiting", "outcome"],
      `It is under way. Nobody knows whether it happened: a person finds out. ${WAITS}`,
    ],
    reconcile_undo: [
      ...["waiting", "outcome"],
      `It is under way. Nobody knows whether its undoing happened: a person finds out. ${WAITS}`,
    ],
    undo_asked: ["done", "LIVE", "Done."],
    undo_failed: ["waiting", "outcome", `It is under way. Its undoing failed: a person settles it. ${WAITS}`],
    undo_frozen: ["waiting", "unlock", `An operator's lock holds it. ${WAITS}`],
  };

  it.each(Object.entries(BY_STATE))(
    "the answer about a call in %s says what it waits for, and that the same call is not made twice",
    (...row) => {
      const [state, [reason, says]] = row;
      expect(heard({ state, phase: "open" } as Partial<StepRecord>)).toEqual(["waiting", reason, `${says} ${WAITS}`]);
    },
  );

  it.each(Object.entries(BY_PHASE))("the answer about a call in the phase %s says how it stands", (phase, words) => {
    expect(heard({ ...MADE, state: "LIVE", phase } as Partial<StepRecord>)).toEqual(words);
  });

  it("the answer about a call says that it waits for a worker, or until what it needs is free", () => {
    const binding = { kind: "worker", group: "desk" } as const;
    const worked = contractOf("MEDIUM", { binding });
    expect(heard({ state: "LIVE" }, { contract: worked })).toEqual([
      ...["waiting", "worker", `It waits for a worker to do it. ${WAITS}`],
    ]);
    const put_off = { state: "LIVE", look_again_at: "2026-03-01T10:00:30.000Z" } as const;
    expect(heard(put_off)).toEqual(["waiting", "resource", `It waits until what it needs is free. ${WAITS}`]);
    expect(heard({ ...put_off, look_again_at: NOW })).toEqual(["waiting", "outcome", `It is under way. ${WAITS}`]);
  });

  it("the answer about a call says that it waits where a rate or an open circuit had it put off, until its time comes", () => {
    const resource = ["waiting", "resource", `It waits until what it needs is free. ${WAITS}`];
    expect(heard({ state: "DRY_RUN" }, { not_before_seconds: 20 })).toEqual(resource);
    expect(heard({ state: "LIVE" }, { not_before_seconds: 300, contract: READ })).toEqual(resource);
    expect(heard({ state: "DRY_RUN" }, { not_before_seconds: 0 })[1]).toBe("outcome");
  });

  it("the answer about a call says that it waits for the same call elsewhere, and of what nobody knows, until it is asked about", () => {
    const call = { ...EARLIER, status: "INTENT" } as const;
    const found = {
      resolution_strategy: "DELAY",
      resolution_status: "pending",
      details: { duplicate_of: call },
    } as const;
    const conflicts = [{ ...conflict("DUPLICATE_ACTION", "found"), ...found }];
    expect(heard({ state: "DRY_RUN" }, { conflicts })).toEqual([
      ...["waiting", "outcome"],
      `It waits for another call: step call of execution x0 began the same call at ${NOW}, and what came of that one is not known yet. Where that was made, it counts as this one; where not, this one is made. ${WAITS}`,
    ]);
    const request = { approval_id: "ap-1", comment: null, status: "open", expires_at: null } as const;
    expect(heard({ state: "AWAITING_APPROVAL" }, { conflicts, request })).toContain("approval");
    expect(heard({ state: "DRY_RUN" }, { conflicts, request })).toContain("approval");
  });

  it("the answer about a call names the request to people while that is open, and no longer", () => {
    const asked = { state: "AWAITING_APPROVAL", phase: "open" } as const;
    const request = { approval_id: "ap-1", comment: null, expires_at: null };
    expect(answerTo(asked, { request: { ...request, status: "open" } })).toMatchObject({ approval_id: "ap-1" });
    expect(answerTo(asked, { request: { ...request, status: "approved" } })).toMatchObject({ approval_id: null });
  });

  it.each(["MOCK", "DRY_RUN"] as const)(
    "the answer about a call that was resumed and is in %s says that it waits for the request that is open",
    (state) => {
      const request = { approval_id: "ap-1", comment: null, status: "open", expires_at: null } as const;
      expect(answerTo({ state }, { request })).toMatchObject({ for: "approval", approval_id: "ap-1" });
    },
  );

  it.each(["open", "undo_frozen"] as const)(
    "the answer about a call that a lock held in the phase %s says that it is to be resumed once no lock holds it",
    (phase) => {
      const record = { state: "LOCKED", phase } as const;
      const resume = "No lock holds it any more: it goes on once somebody resumes its execution.";
      expect(heard(record, { hold: "lock" })).toEqual(["waiting", "unlock", `An operator's lock holds it. ${WAITS}`]);
      expect(heard(record, { hold: "resume" })).toEqual(["waiting", "unlock", `${resume} ${WAITS}`]);
      expect(heard(record, { hold: "resumed" })).toEqual(["waiting", "outcome", `It is under way. ${WAITS}`]);
    },
  );

  it.each([
    ["LOCKED", "unlock"],
    ["AWAITING_APPROVAL", "outcome"],
    ["DRY_RUN", "outcome"],
  ] as const)(
    "the answer about a call in %s names no request that has expired, since nobody decides that",
    (state, reason) => {
      const request = { approval_id: "ap-1", comment: null, status: "open" } as const;
      const hold = state === "LOCKED" ? "lock" : null;
      const later = new Date(Date.parse(NOW) + 1).toISOString();
      expect(answerTo({ state }, { hold, request: { ...request, expires_at: later } })).toMatchObject({
        approval_id: "ap-1",
      });
      expect(answerTo({ state }, { hold, request: { ...request, expires_at: NOW } })).toMatchObject({
        for: reason,
        approval_id: null,
      });
    },
  );
});
