import { describe, expect, it } from "vitest";
import { defineContract } from "../../../shared/contracts/define-contract.ts";
import type { INVARIANTS } from "../../../shared/contracts/invariants.ts";
import { keyKnownSeconds } from "../../../shared/contracts/tool-contract.ts";
import { airlineContracts, contractInput, contractOf } from "./contract-inputs.ts";

const refusals = (input: unknown) => {
  const defined = defineContract(input, 1);
  return defined.ok ? [] : defined.refusal.violations;
};
const places = (input: unknown) => refusals(input).map(({ path, rule }) => `${path} ${rule}`);

/** For every invariant, a contract that breaks it and nothing else. */
const BREAKS: Record<keyof typeof INVARIANTS, unknown> = {
  high_is_irreversible: contractInput("HIGH", { reversible: true, compensation: "adapter" }),
  high_requires_approval: contractInput("HIGH", { requires_approval: false, approvals_required: 0 }),
  medium_timeout: contractInput("MEDIUM", { timeout_seconds: 9.9 }),
  low_timeout: contractInput("LOW", { timeout_seconds: 5.1 }),
  low_is_read_only: contractInput("LOW", { resources: [{ key: "x", access: "write" }] }),
  low_needs_no_approval: contractInput("LOW", { requires_approval: true }),
  approvals_match: contractInput("MEDIUM", { requires_approval: false, approvals_required: 2 }),
  reversible_write_is_compensated: contractInput("MEDIUM", { reversible: true }),
  irreversible_has_no_compensation: contractInput("MEDIUM", { compensation: "adapter" }),
  only_keys_have_a_window: contractInput("MEDIUM", { idempotency_window_seconds: 3_600 }),
  rate_window_within_a_year: contractInput("LOW", { rate_limit: { service: "s", limit: 1, window_seconds: 1e13 } }),
  rate_window_of_a_millisecond: contractInput("LOW", {
    rate_limit: { service: "s", limit: 1, window_seconds: 1e-15 },
  }),
  each_asked_once: contractInput("MEDIUM", { asked_in_order: ["bob", "crm team", "Bob"] }),
  not_its_own_dependency: contractInput("LOW", { dependencies: ["tool"] }),
  not_its_own_compensation: contractInput("MEDIUM", {
    reversible: true,
    compensation: { tool_name: "tool", arguments: {} },
  }),
  resource_key: contractInput("LOW", { resources: [{ key: "x:{id", access: "read" }] }),
};

describe("defining a contract", () => {
  it.each(["LOW", "MEDIUM", "HIGH"] as const)(
    "a plain %s tool is accepted as a contract, with defaults filled in",
    (risk) => {
      expect(contractOf(risk)).toMatchObject({ version: 1, compensation: "none", mock_provider_available: true });
    },
  );

  it.each(Object.entries(BREAKS))(
    "a contract that breaks %s is refused, naming the tool and the rule",
    (rule, input) => {
      const found = refusals(input);
      expect(found.map((violation) => violation.rule)).toEqual([rule]);
      expect(found[0]?.message).toMatch(/^tool: /);
    },
  );

  it("a contract says the same as before windows were known when it names none", () => {
    const keyed = { outcome_resolution: "IDEMPOTENT_KEY" };
    expect(contractOf("MEDIUM", keyed)).not.toHaveProperty("idempotency_window_seconds");
    const hours = contractOf("MEDIUM", { ...keyed, idempotency_window_seconds: 7_200 });
    expect(hours.content_hash).not.toBe(contractOf("MEDIUM", keyed).content_hash);
    expect([keyKnownSeconds(contractOf("MEDIUM", keyed)), keyKnownSeconds(hours)]).toEqual([86_400, 7_200]);
  });

  it("a contract may have values that are the limits themselves", () => {
    expect(contractOf("MEDIUM", { timeout_seconds: 10 }).timeout_seconds).toBe(10);
    expect(contractOf("LOW", { timeout_seconds: 5 }).timeout_seconds).toBe(5);
  });

  it("a reversible MEDIUM tool that only reads may do without compensation", () => {
    const reads = [{ key: "ghl:contacts", access: "read" }];
    const search = { reversible: true, requires_approval: false, approvals_required: 0, resources: reads };
    expect(contractOf("MEDIUM", search).reversible).toBe(true);
  });

  it("contracts are accepted as another team wrote them", () => {
    expect(airlineContracts.flatMap(refusals)).toEqual([]);
  });

  it("a refused contract is told the field that was meant, and all fields at once", () => {
    const { timeout_seconds, ...rest } = contractInput("LOW");
    const found = refusals({ ...rest, timeout_second: timeout_seconds, risk_level: "low" });
    expect(found.map(({ path, rule }) => `${path} ${rule}`).sort()).toEqual([
      "/risk_level value",
      "/timeout_second unknown_field",
      "/timeout_seconds required",
    ]);
    expect(found.find(({ rule }) => rule === "unknown_field")?.message).toContain('did you mean "timeout_seconds"');
  });

  it("equal contracts have one hash, whatever their version or the order of their fields", () => {
    const input = contractInput("HIGH", { description: "x" });
    const reversed = Object.fromEntries(Object.entries(input).reverse());
    const [first, second] = [defineContract(input, 1), defineContract(reversed, 2)];
    if (!first.ok || !second.ok) throw new Error("refused");
    expect(second.value.content_hash).toBe(first.value.content_hash);
    expect(contractOf("HIGH", { description: "y" }).content_hash).not.toBe(first.value.content_hash);
  });

  it.each([["x:{a}{b}"], ["x:{a}b{c}"], ["x:{}"], ["x:{a.}"], ["x:a}"], ["x:*"], ["a b"]])(
    "a resource key %s, whose fillings could be confused, is refused",
    (key) => {
      expect(places(contractInput("LOW", { resources: [{ key, access: "read" }] }))).toEqual([
        "/resources/0/key resource_key",
      ]);
    },
  );

  it("a resource key with an argument that the tool cannot be given is refused", () => {
    const input_schema = { type: "object", properties: { contact_id: {} }, additionalProperties: false };
    const found = refusals(
      contractInput("LOW", { input_schema, resources: [{ key: "x:{contct_id}", access: "read" }] }),
    );
    expect(found[0]?.message).toContain('did you mean "contact_id"');
  });
});

describe("an input schema", () => {
  const placesOf = (input_schema: unknown) => places(contractInput("LOW", { input_schema }));

  it.each([
    [
      { type: "object", properties: { a: { $ref: "https://example.org/schema.json" } } },
      "/input_schema/properties/a/$ref remote_ref",
    ],
    [{ $ref: "other.json" }, "/input_schema/$ref remote_ref"],
    [{ description: "x".repeat(70_000) }, "/input_schema schema_too_large"],
    [{ $schema: "http://json-schema.org/draft-03/schema#" }, "/input_schema/$schema schema_draft"],
    [{ type: "string" }, "/input_schema/type schema_not_object"],
    [{ $async: true }, "/input_schema/$async schema_async"],
    [{ type: "object", properties: { a: { type: "strnig" } } }, "/input_schema/properties/a/type input_schema"],
    [{ properties: { a: { pattern: "(" } } }, "/input_schema/properties/a/pattern input_schema"],
    [{ properties: { a: { $ref: "#/$defs/missing" } } }, "/input_schema/properties/a/$ref input_schema"],
  ])("an input schema is refused when it is hostile or wrong (%#)", (schema, place) => {
    expect(placesOf(schema)).toEqual([place]);
  });

  it("an input schema may be 2020-12 or draft-07, use formats, local references and an $id of its own, twice", () => {
    const modern = {
      $id: "https://example.org/a",
      $defs: { id: { type: "string", format: "uuid" } },
      properties: { a: { $ref: "#/$defs/id" } },
    };
    const old = {
      $schema: "http://json-schema.org/draft-07/schema#",
      definitions: { n: {} },
      properties: { a: { $ref: "#/definitions/n" } },
    };
    expect(placesOf(modern)).toEqual([]);
    expect(placesOf({ ...modern, title: "another with this $id" })).toEqual([]);
    expect(placesOf(old)).toEqual([]);
  });
});
