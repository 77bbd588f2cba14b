import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RISK_LEVELS } from "../../../../shared/contracts/tool-contract.ts";
import {
  type ApprovalRequest,
  approvalKind,
  approvalRequest,
  approvalStatus,
} from "../../../../shared/execution/approval/approval.ts";
import {
  type Circumstances,
  DECISIONS,
  type Decision,
  decide,
  decisionWord,
  MAX_EDITS,
  mayDecide,
} from "../../../../shared/execution/approval/decide.ts";

const NOW = "2026-01-31T12:00:00.000Z";
const LATER = "2026-01-31T13:00:00.000Z";

const request = (changes: Partial<ApprovalRequest> = {}): ApprovalRequest =>
  approvalRequest.parse({
    approval_id: "ap-1",
    kind: "approve",
    status: "open",
    execution_id: "e1",
    plan_id: "p1",
    step_id: "s1",
    tool_name: "ghl_update_contact",
    proposed_by: "agent_1",
    acting_agent_id: "agent_1",
    risk_level: "MEDIUM",
    confidence: 0.9,
    goal: null,
    rationale: null,
    arguments: { contact_id: "c1" },
    argument_sources: [],
    summary: "updates c1",
    changes: [],
    reasons: [],
    already_ran: [],
    rejection_stops: [],
    also_writes: [],
    drift: [],
    digest: "seen",
    approvals_required: 1,
    votes: [],
    excluded: [],
    preview_made_at: NOW,
    created_at: NOW,
    expires_at: LATER,
    opened_by: [],
    decided_at: null,
    decided_by: null,
    comment: null,
    edited_arguments: null,
    version: 1,
    ...changes,
  });

const contract = {
  tool_name: "ghl_update_contact",
  input_schema: { type: "object", properties: { contact_id: { type: "string" } }, required: ["contact_id"] },
  resources: [],
};
const plain: Circumstances = { contract, edits: 0, locked: null, awaited: true, owners: [], together: false };
const given = (changes: Partial<Decision> = {}): Decision => ({
  decision: "approve",
  digest: "seen",
  comment: null,
  arguments: null,
  ...changes,
});

const refusalOf = (
  asked: ApprovalRequest,
  decision: Decision = given(),
  caller = "bob",
  now = NOW,
  circumstances: Circumstances = plain,
): string => {
  const decided = decide(asked, decision, caller, now, circumstances);
  return decided.ok ? `accepted as ${decided.value.status}` : decided.refusal.kind;
};

describe("a decision", () => {
  it.each([
    ["approve", "approve", "approved"],
    ["approve", "reject", "rejected"],
    ["reconcile", "happened", "happened"],
    ["reconcile", "did_not_happen", "did_not_happen"],
    ["reconcile_undo", "happened", "happened"],
    ["undo", "undone", "undone"],
    ["undo_failed", "undone", "undone"],
    ["undo_failed", "accepted", "accepted"],
  ] as const)("a decision on a request of kind %s: %s closes it as %s", (kind, decision, status) => {
    const decided = decide(request({ kind }), given({ decision, comment: "why" }), "bob", NOW, plain);
    expect(decided).toMatchObject({ ok: true, value: { status, decided_by: "bob", decided_at: NOW, comment: "why" } });
  });

  it("a decision of an unknown outcome is never an approval, a rejection or an edit, and the other way round", () => {
    for (const kind of approvalKind.options) {
      const possible: readonly string[] = DECISIONS[kind];
      for (const decision of decisionWord.options.filter((word) => !possible.includes(word))) {
        expect(refusalOf(request({ kind, expires_at: null }), given({ decision, comment: "c" }))).toBe(
          "wrong_decision",
        );
      }
    }
  });

  it("a decision comes too late at the very moment of expiry", () => {
    expect(refusalOf(request(), given(), "bob", "2026-01-31T12:59:59.999Z")).toBe("accepted as approved");
    expect(refusalOf(request(), given(), "bob", LATER)).toBe("expired");
  });

  it("a decision is not taken on a locked step, but a lock does not keep anybody from saying what happened", () => {
    const locked = { ...plain, locked: "locked by carol" };
    for (const decision of ["approve", "reject", "edit"] as const) {
      expect(refusalOf(request(), given({ decision, comment: "c" }), "bob", NOW, locked)).toBe("locked");
    }
    const reconcile = request({ kind: "reconcile", expires_at: null });
    expect(refusalOf(reconcile, given({ decision: "happened" }), "bob", NOW, locked)).toBe("accepted as happened");
  });

  it("a decision is not taken when its step waits for it no more: nothing would follow", () => {
    const gone = { ...plain, awaited: false };
    for (const kind of approvalKind.options) {
      for (const decision of DECISIONS[kind]) {
        expect(refusalOf(request({ kind }), given({ decision, comment: "c" }), "bob", NOW, gone)).toBe("closed");
      }
    }
  });

  it("a decision needs four eyes for HIGH and for reconciling, not for MEDIUM", () => {
    const excluded = ["bob"];
    expect(refusalOf(request({ risk_level: "HIGH", excluded }))).toBe("four_eyes");
    expect(refusalOf(request({ risk_level: "MEDIUM", excluded }))).toBe("accepted as approved");
    for (const kind of ["reconcile", "reconcile_undo", "undo_failed"] as const) {
      const [decision] = DECISIONS[kind];
      expect(refusalOf(request({ kind, excluded, expires_at: null }), given({ decision }))).toBe("four_eyes");
    }
  });

  it("a decision keeps out who is on the list under another spelling, or under a name that looks like it", () => {
    const high = request({ risk_level: "HIGH", excluded: ["Bob"] });
    for (const caller of ["bob", "BOB", " bob", "b\u200bob", "b\u043eb", "b0b"]) {
      expect(refusalOf(high, given(), caller), caller).toBe("four_eyes");
    }
    expect(refusalOf(high, given(), "rob")).toBe("accepted as approved");
  });

  it("a decision keeps out who owns the agent by now, though not when it was asked", () => {
    const high = request({ risk_level: "HIGH", excluded: ["olga"] });
    const handedOver = { ...plain, owners: ["Otto"] };
    for (const caller of ["olga", "otto"]) {
      expect(refusalOf(high, given(), caller, NOW, handedOver)).toBe("four_eyes");
    }
    expect(refusalOf(high, given(), "bob", NOW, handedOver)).toBe("accepted as approved");
  });

  it("a decision counts a person once, however the name is written", () => {
    const votes = [{ by: "Bob", at: NOW, comment: null }];
    const asked = request({ approvals_required: 2, votes });
    for (const caller of ["Bob", "bob", "ＢＯＢ", "b\u043eb"]) {
      expect(refusalOf(asked, given(), caller), caller).toBe("voted_already");
    }
    expect(refusalOf(asked, given(), "carol")).toBe("accepted as approved");
  });

  it("an edit carries arguments that the tool takes, and a comment, at most three times", () => {
    const edit = (args: Decision["arguments"], comment: string | null = "c2 is meant") =>
      given({ decision: "edit", comment, arguments: args });
    expect(refusalOf(request(), edit({ contact_id: "c2" }))).toBe("accepted as edited");
    expect(refusalOf(request(), edit({ contact_id: "c2" }, " "))).toBe("comment_missing");
    expect(refusalOf(request(), edit({ contact_id: "c2" }, "half \ud83d"))).toBe("comment_invalid");
    expect(refusalOf(request(), edit(null))).toBe("arguments_missing");
    expect(refusalOf(request(), edit({ contact_id: 7 }))).toBe("arguments_invalid");
    expect(refusalOf(request(), edit({ contact_id: { $from: "s0" } }))).toBe("arguments_invalid");
    expect(refusalOf(request(), edit({ contact_id: "x".repeat(70_000) }))).toBe("arguments_invalid");
    expect(refusalOf(request(), given({ arguments: { contact_id: "c2" } }))).toBe("arguments_unexpected");
    const last = { ...plain, edits: MAX_EDITS - 1 };
    expect(refusalOf(request(), edit({ contact_id: "c2" }), "bob", NOW, last)).toBe("accepted as edited");
    const over = { ...plain, edits: MAX_EDITS };
    expect(refusalOf(request(), edit({ contact_id: "c2" }), "bob", NOW, over)).toBe("edits_exhausted");
  });

  it("a decision names the digest it saw", () => {
    expect(refusalOf(request(), given({ digest: "older" }))).toBe("digest_changed");
  });

  it("a decision together with others is for those who opened the request, where it is HIGH", () => {
    const together = { ...plain, together: true };
    expect(refusalOf(request({ risk_level: "HIGH" }), given(), "bob", NOW, together)).toBe("not_opened");
    const opened = request({ risk_level: "HIGH", opened_by: ["bob"] });
    expect(refusalOf(opened, given(), "bob", NOW, together)).toBe("accepted as approved");
    expect(refusalOf(request(), given(), "bob", NOW, together)).toBe("accepted as approved");
  });
});

const person = fc.constantFrom("ann", "bob", "cat", "dan");
const asked = fc.record({
  kind: fc.constantFrom(...approvalKind.options),
  risk_level: fc.constantFrom(...RISK_LEVELS),
  approvals_required: fc.integer({ min: 1, max: 4 }),
  excluded: fc.uniqueArray(person, { maxLength: 2 }),
  opened_by: fc.uniqueArray(person, { maxLength: 2 }),
  expires_at: fc.constantFrom(null, LATER),
});
const act = fc.record({
  decision: fc.constantFrom(...decisionWord.options),
  digest: fc.constantFrom("seen", "seen", "seen", "older"),
  comment: fc.constantFrom(null, "why"),
  arguments: fc.constantFrom(null, { contact_id: "c2" }),
  caller: person,
  now: fc.constantFrom(NOW, NOW, NOW, LATER),
  edits: fc.integer({ min: 0, max: 4 }),
  locked: fc.constantFrom(null, null, null, "locked by eve"),
  awaited: fc.constantFrom(true, true, true, false),
  together: fc.boolean(),
});

describe("whatever people decide, in whatever order", () => {
  it("a closed request never changes, whatever people decide", () => {
    fc.assert(
      fc.property(asked, fc.constantFrom(...approvalStatus.options), act, (shape, status, step) => {
        fc.pre(status !== "open");
        const { caller, now, edits, locked, awaited, together, ...decision } = step;
        const decided = decide(request({ ...shape, status }), decision, caller, now, {
          contract,
          edits,
          locked,
          awaited,
          owners: [],
          together,
        });
        expect(decided.ok ? "accepted" : decided.refusal.kind).toBe("closed");
      }),
    );
  });

  it("a request is approved by as many different people as it needs, none of them excluded, and by no fewer", () => {
    fc.assert(
      fc.property(asked, fc.array(act, { maxLength: 12 }), (shape, acts) => {
        let current = request(shape);
        for (const { caller, now, edits, locked, awaited, together, ...decision } of acts) {
          const decided = decide(current, decision, caller, now, {
            contract,
            edits,
            locked,
            awaited,
            owners: [],
            together,
          });
          if (!decided.ok) continue;
          expect(decision.digest).toBe("seen");
          expect(now === LATER && current.expires_at !== null).toBe(false);
          current = decided.value;
        }
        const voters = current.votes.map(({ by }) => by);
        expect(new Set(voters).size).toBe(voters.length);
        if (current.status === "approved") expect(voters).toHaveLength(shape.approvals_required);
        if (current.status === "open") expect(voters.length).toBeLessThan(shape.approvals_required);
        const settledBy = current.decided_by === null || current.status === "rejected" ? [] : [current.decided_by];
        const counted = current.status === "edited" ? voters : [...voters, ...settledBy];
        if (shape.risk_level === "HIGH" || shape.kind !== "approve") {
          const excluded: readonly string[] = shape.excluded;
          expect(counted.filter((by) => excluded.includes(by))).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("a decision changes nothing but itself: what was asked stays as it was asked", () => {
    fc.assert(
      fc.property(asked, act, (shape, { caller, now, edits, locked, awaited, together, ...decision }) => {
        const before = request(shape);
        const decided = decide(before, decision, caller, now, {
          contract,
          edits,
          locked,
          awaited,
          owners: [],
          together,
        });
        if (!decided.ok) return;
        const { status, votes, decided_at, decided_by, comment, edited_arguments } = before;
        expect({ ...decided.value, status, votes, decided_at, decided_by, comment, edited_arguments }).toEqual(before);
        approvalRequest.parse(decided.value);
      }),
    );
  });

  it("mayDecide offers exactly what decide takes, given a fitting content", () => {
    fc.assert(
      fc.property(asked, act, (shape, { caller, now, edits, locked, awaited }) => {
        const before = request(shape);
        const { may } = mayDecide(before, caller, now, { edits, locked, awaited, owners: [] });
        const taken = decisionWord.options.filter((decision) => {
          const content = {
            digest: "seen",
            comment: "why",
            arguments: decision === "edit" ? { contact_id: "c2" } : null,
          };
          return decide(before, { decision, ...content }, caller, now, {
            contract,
            edits,
            locked,
            awaited,
            owners: [],
            together: false,
          }).ok;
        });
        expect([...may].sort()).toEqual([...taken].sort());
      }),
    );
  });
});
