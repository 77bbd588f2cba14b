import { describe, expect, it } from "vitest";
import type { Reach } from "../../../../shared/contracts/binding/binding.ts";
import { secretsUsed } from "../../../../shared/contracts/bound/secrets-used.ts";
import { defineContract } from "../../../../shared/contracts/define-contract.ts";
import { serviceOf } from "../../../../shared/contracts/service.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import { moveCard, searchCards } from "../../../functions/tools/worker/card-tools.ts";

const FUNCTIONS = "arn:aws:lambda:eu-central-1:123456789012:function:";
const DEPLOYED: Reach = { allowed_hosts: [], functions_of: FUNCTIONS };
const whole: JsonObject = {
  kind: "lambda",
  function: "cards:live",
  read_function: "cards-read",
  previews: true,
  undo: true,
  looks_up: true,
};
const plain: JsonObject = { compensation: "none", reversible: false, outcome_resolution: "OPAQUE" };
const withBinding = (binding: JsonObject, changes: JsonObject = {}) => moveCard({ ...changes, binding });

const faultsOf = (contract: JsonObject, reach: Reach | undefined = DEPLOYED): string[] => {
  const defined = defineContract(contract, 1, reach);
  return defined.ok ? [] : defined.refusal.violations.map(({ path, rule }) => `${path} ${rule}`);
};

describe("a contract with a lambda binding", () => {
  it("a lambda binding is taken whole, names no secret, and has its function for a service", () => {
    const defined = defineContract(withBinding(whole), 1, DEPLOYED);
    if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
    expect(defined.value.binding).toEqual(whole);
    expect(secretsUsed(defined.value)).toEqual([]);
    expect(serviceOf(defined.value)).toBe("cards");
  });

  it.each(["cards", "cards:live", "cards:12", "cards:$LATEST", `${FUNCTIONS}cards`, `${FUNCTIONS}cards:live`])(
    "a lambda binding takes %s for a function",
    (name) => {
      expect(faultsOf(withBinding({ ...whole, function: name }))).toEqual([]);
    },
  );

  it.each([
    "",
    "no such name",
    "cards:",
    "cards:a:b",
    "123456789012:function:cards",
    "arn:aws:s3:::cards",
    `${FUNCTIONS}`,
    "https://x.lambda-url.eu-central-1.on.aws/",
    "x".repeat(65),
  ])("a lambda binding takes %j for none", (name) => {
    expect(faultsOf(withBinding({ ...whole, function: name }))).toEqual(["/binding/function format"]);
  });

  it.each<[string, JsonObject, string[]]>([
    [
      "previews that no function makes",
      withBinding({ kind: "lambda", function: "cards", previews: true }, plain),
      ["/binding/read_function binding_read_function"],
    ],
    [
      "a reading function that is the acting one under another alias",
      withBinding({ ...whole, read_function: `${FUNCTIONS}cards:read` }),
      ["/binding/read_function binding_read_function"],
    ],
    [
      "a reading function that is asked for nothing",
      withBinding({ kind: "lambda", function: "cards", read_function: "cards-read" }, plain),
      ["/binding/read_function binding_read_function"],
    ],
    [
      "a tool that reads with more than its function",
      { ...searchCards(), binding: { kind: "lambda", function: "cards-read", read_function: "x", previews: true } },
      ["/binding/previews binding_of_a_read", "/binding/read_function binding_read_function"],
    ],
    [
      "an undo and a look-up that are never used",
      withBinding(whole, plain),
      ["/binding/undo binding_undo", "/binding/looks_up binding_resolution"],
    ],
    [
      "an undo and a look-up that the function is not said to make",
      withBinding({ kind: "lambda", function: "cards" }),
      ["/compensation binding_undo", "/binding/looks_up binding_resolution"],
    ],
    [
      "functions of another account and of another region, beside everything else",
      withBinding(
        {
          ...whole,
          function: "arn:aws:lambda:eu-central-1:999999999999:function:cards",
          read_function: "arn:aws:lambda:us-east-1:123456789012:function:cards",
        },
        plain,
      ),
      [
        "/binding/undo binding_undo",
        "/binding/looks_up binding_resolution",
        "/binding/read_function binding_read_function",
        "/binding/function binding_function",
        "/binding/read_function binding_function",
      ],
    ],
  ])("a lambda binding is refused for %s", (_, contract, faults) => {
    expect(faultsOf(contract)).toEqual(faults);
  });

  it("a lambda binding is refused on one machine, which has no functions, with what to do instead", () => {
    const refused = defineContract(withBinding(whole), 1, { allowed_hosts: [], functions_of: null });
    expect(refused).toMatchObject({
      ok: false,
      refusal: {
        violations: [
          {
            path: "/binding/kind",
            rule: "binding_function",
            message:
              "card_move: functions of AWS are called by a deployment only; on one machine bind the tool to a worker",
          },
        ],
      },
    });
  });

  it("a contract with a lambda binding that is registered already is read without asking what may be reached", () => {
    expect(defineContract(withBinding(whole), 1)).toMatchObject({ ok: true });
  });
});
