import { describe, expect, it } from "vitest";
import type { Agent } from "../../../shared/plan/agent.ts";
import { widenedBy } from "../../../shared/plan/widened-agent.ts";

const before: Agent = {
  agent_id: "desk",
  owner: "Dana",
  granted_permissions: ["read", "write"],
  allowed_submitters: ["dana", "eve"],
  default_confidence: 0.8,
};
const to = (changes: Partial<Agent>): string[] => widenedBy(before, { ...before, ...changes });

describe("what an agent may do", () => {
  it("an agent is widened by a permission, a submitter, more confidence and another owner", () => {
    expect(to({ granted_permissions: ["write", "pay"] })).toEqual(["permission pay is granted"]);
    expect(to({ allowed_submitters: ["eve", "bob"] })).toEqual(["bob may submit for it"]);
    expect(to({ allowed_submitters: [] })).toEqual(["anybody may submit for it"]);
    expect(to({ default_confidence: 0.9 })).toEqual([
      "a step that states no confidence counts with 0.9 instead of 0.8",
    ]);
    expect(to({ owner: "bob" })).toEqual(["it is owned by bob instead of Dana, who could not decide about its calls"]);
  });

  it("an agent is not widened by less, nor by the same in another order or spelling", () => {
    expect(to({ granted_permissions: ["write"], allowed_submitters: ["DANA"], default_confidence: 0.1 })).toEqual([]);
    expect(to({ granted_permissions: ["write", "read"], owner: "dana" })).toEqual([]);
    expect(widenedBy({ ...before, allowed_submitters: [] }, before)).toEqual([]);
  });

  it("an agent is widened by a confidence above the one that is taken where none is usual, and narrowed by one below", () => {
    const unsaid = { ...before, default_confidence: null };
    expect(widenedBy(unsaid, { ...unsaid, default_confidence: 0.71 })).toHaveLength(1);
    expect(widenedBy(unsaid, { ...unsaid, default_confidence: 0.7 })).toEqual([]);
    expect(to({ default_confidence: null })).toEqual([]);
  });
});
