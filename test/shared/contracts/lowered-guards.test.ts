import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Binding } from "../../../shared/contracts/binding/binding.ts";
import { defineContract } from "../../../shared/contracts/define-contract.ts";
import { loweredGuards } from "../../../shared/contracts/lowered-guards.ts";
import { standardContracts } from "../../../shared/contracts/standard-contracts.ts";
import type { ToolContract, ToolContractInput } from "../../../shared/contracts/tool-contract.ts";

const guarded: ToolContractInput = {
  tool_name: "pay",
  description: "Pays an invoice",
  risk_level: "MEDIUM",
  reversible: false,
  required_permissions: ["pay", "ledger"],
  dependencies: ["look"],
  timeout_seconds: 20,
  mock_provider_available: false,
  max_concurrent: 1,
  requires_approval: true,
  approvals_required: 2,
  input_schema: { type: "object" },
  resources: [{ key: "invoice:{id}", access: "write" }],
  rate_limit: { service: "bank", limit: 5, window_seconds: 60 },
  compensation: "none",
  outcome_resolution: "OPAQUE",
  duplicate_sensitive: true,
};

const http = (method: "POST" | "DELETE"): Binding => ({
  kind: "http",
  hosts: ["bank.example.com"],
  call: { method, url: "https://bank.example.com/payments", headers: {} },
  changes: [],
  no_effect_statuses: [],
});

const contract = (changes: Partial<ToolContractInput> = {}): ToolContract => {
  const defined = defineContract({ ...guarded, ...changes }, 1);
  if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
  return defined.value;
};

const lowered = (changes: Partial<ToolContractInput>, from: Partial<ToolContractInput> = {}): string[] =>
  loweredGuards(contract(from), contract({ ...from, ...changes }));

describe("lowering a guard is", () => {
  it.each<[string, Partial<ToolContractInput>, string]>([
    ["fewer approvals", { approvals_required: 1 }, "2 approvals become 1"],
    ["none at all", { requires_approval: false, approvals_required: 0 }, "nobody is asked any more"],
    ["a permission less", { required_permissions: ["ledger"] }, "permission pay is not required"],
    ["a dependency less", { dependencies: [] }, "look need not have run before it"],
    ["duplicates that do not matter", { duplicate_sensitive: false }, "no duplicate any more"],
    ["a resource it does not name", { resources: [{ key: "other", access: "write" }] }, "writes invoice:{id}"],
    ["no limit", { rate_limit: null }, "at most 5 calls to bank"],
    ["a higher limit", { rate_limit: { service: "bank", limit: 6, window_seconds: 60 } }, "at most 5 calls"],
    ["a limit of another service", { rate_limit: { service: "b", limit: 5, window_seconds: 60 } }, "at most 5 calls"],
    ["more of its calls at once", { max_concurrent: 2 }, "2 calls run at once instead of 1"],
    ["a rehearsal that opens the way", { mock_provider_available: true }, "rehearsed with a mock"],
    ["a real service in place of the sandbox", { binding: http("POST") }, "leave the sandbox and act by http"],
    ["an unknown outcome that nobody is asked about", { outcome_resolution: "QUERYABLE" }, "not OPAQUE any more"],
  ])("a guard is lowered by %s", (_name, changes, words) => {
    expect(lowered(changes).join("; ")).toContain(words);
  });

  it.each<[string, Partial<ToolContractInput>]>([
    ["more approvals", { approvals_required: 3 }],
    ["more permissions", { required_permissions: ["pay", "ledger", "more"] }],
    ["a resource more", { resources: [...(guarded.resources ?? []), { key: "account", access: "write" }] }],
    ["a lower limit", { rate_limit: { service: "bank", limit: 4, window_seconds: 90 } }],
    ["more risk", { risk_level: "HIGH" }],
  ])("no guard is lowered by %s", (_name, changes) => {
    expect(lowered(changes)).toEqual([]);
  });

  it("a guard is lowered by less risk, with all that a tool of less risk may leave out", () => {
    const high = { risk_level: "HIGH", requires_approval: true, approvals_required: 1 } as const;
    const words = lowered({ risk_level: "MEDIUM", requires_approval: false, approvals_required: 0 }, high);
    expect(words).toEqual(expect.arrayContaining(["risk HIGH becomes MEDIUM", "nobody is asked any more"]));
    const reads: Partial<ToolContractInput> = { resources: [{ key: "invoice:{id}", access: "read" }] };
    expect(lowered(reads).join("; ")).toContain("only reads");
  });

  it("a guard is lowered by a roll back that would make another call", () => {
    const asked = { reversible: true, compensation: { tool_name: "refund", arguments: { id: "{id}" } } };
    expect(lowered({ compensation: { tool_name: "credit", arguments: { id: "{id}" } } }, asked).join("; ")).toBe(
      'it is undone by credit {"id":"{id}"} instead of refund {"id":"{id}"}',
    );
    expect(lowered({ compensation: { tool_name: "refund", arguments: { id: "7" } } }, asked)).toHaveLength(1);
    expect(lowered({ compensation: "adapter" }, asked)).toHaveLength(1);
    expect(lowered({ reversible: false, compensation: "none" }, asked)).toEqual([]);
  });

  it("a guard is lowered by any number of calls at once, and not the other way round", () => {
    const { max_concurrent, ...unlimited } = contract();
    expect(loweredGuards(contract(), unlimited)).toEqual([
      `any number of calls run at once instead of ${max_concurrent}`,
    ]);
    expect(loweredGuards(unlimited, contract())).toEqual([]);
  });

  it("no guard is lowered by words, time, or fewer calls at once, nor by a new tool", () => {
    expect(lowered({ description: "Pays", timeout_seconds: 60 })).toEqual([]);
    expect(lowered({ max_concurrent: 1 }, { max_concurrent: 2 })).toEqual([]);
    for (const each of standardContracts()) expect(loweredGuards(each, each)).toEqual([]);
  });

  it("no guard is lowered both ways: what one version lowers, the other does not lower in the same words", () => {
    const any = fc.record({
      approvals_required: fc.integer({ min: 1, max: 5 }),
      required_permissions: fc.uniqueArray(fc.constantFrom("a", "b", "c")),
      duplicate_sensitive: fc.boolean(),
      outcome_resolution: fc.constantFrom("OPAQUE" as const, "QUERYABLE" as const, "IDEMPOTENT_KEY" as const),
    });
    fc.assert(
      fc.property(any, any, (one, other) => {
        const [before, after] = [contract(one), contract(other)];
        const both = loweredGuards(before, after).filter((words) => loweredGuards(after, before).includes(words));
        expect(both).toEqual([]);
      }),
    );
  });
});

describe("another way to make the same tool's calls", () => {
  it("another way to make the same calls lowers a guard: its approvals were about the request it made", () => {
    expect(lowered({ binding: http("DELETE") }, { binding: http("POST") })).toEqual([
      "its calls are made in another way",
    ]);
  });

  it("another way to make the same calls lowers no guard where it is the same, or the sandbox's", () => {
    expect(lowered({ description: "Pays" }, { binding: http("POST") })).toEqual([]);
    expect(lowered({ binding: { kind: "sandbox" } }, { binding: http("POST") })).toEqual([]);
  });
});
