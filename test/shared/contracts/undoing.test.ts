import { describe, expect, it } from "vitest";
import { undoingViolations } from "../../../shared/contracts/undoing.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { contractOf } from "./contract-inputs.ts";

const CLOSED = {
  type: "object",
  additionalProperties: false,
  required: ["id", "back"],
  properties: { id: { type: "string" }, back: { type: "string" }, at_most: { type: "integer", maximum: 9 } },
};

const faults = (args: JsonObject, input_schema: JsonObject = CLOSED): string[] => {
  const unset = { ...contractOf("MEDIUM"), tool_name: "unset", input_schema };
  const compensation = { tool_name: "unset", arguments: args };
  return undoingViolations({ tool_name: "set", compensation }, new Map([["unset", unset]])).map(
    ({ path, rule, message }) => `${path} ${rule} ${message}`,
  );
};

describe("a compensation by another tool", () => {
  it("a compensation that is filled from the call, its output and what stands in it is taken", () => {
    expect(faults({ id: "{id}", back: { $output: "/back" }, at_most: 9 })).toEqual([]);
    expect(faults({ id: "of {id}", back: "as it was" })).toEqual([]);
    expect(faults({ id: "{id}", back: "{value.before}" })).toEqual([]);
  });

  it.each<[string, JsonObject, string]>([
    ["an argument that it needs is missing", { id: "{id}" }, "/compensation/arguments undoing_argument_missing"],
    [
      "an argument is none of that tool's",
      { id: "{id}", back: "{back}", bak: "{back}" },
      '/compensation/arguments/bak undoing_argument_unknown set: unset takes no argument "bak"; did you mean "back"?',
    ],
    [
      "a value that stands in it has a wrong type",
      { id: "{id}", back: 7 },
      "/compensation/arguments/back undoing_argument_unfit",
    ],
    [
      "a value that stands in it is beyond a bound",
      { id: "{id}", back: "b", at_most: 10 },
      "/compensation/arguments/at_most undoing_argument_unfit",
    ],
    [
      "a form of an undo of its own stands where nothing fills it",
      { id: "{id}", back: { $old: "/v" } },
      "/compensation/arguments/back undoing_argument_unfit",
    ],
  ])("a compensation that could never be made is refused with its place where %s", (_what, args, told) => {
    expect(faults(args)).toEqual([expect.stringContaining(told)]);
  });

  it("a compensation by a tool that takes more than it names, or judges its arguments together, is not refused for those", () => {
    const { additionalProperties: _, ...open } = CLOSED;
    expect(faults({ id: "{id}", back: "{back}", more: 1 }, open)).toEqual([]);
    const together = { ...CLOSED, anyOf: [{ required: ["at_most"] }, { properties: { back: { minLength: 3 } } }] };
    expect(faults({ id: "{id}", back: 7 }, together)).toEqual([]);
  });
});
