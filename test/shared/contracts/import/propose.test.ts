import { expect, test } from "vitest";
import { proposedContracts } from "../../../../shared/contracts/import/proposal-file.ts";
import { type Candidate, proposeContracts } from "../../../../shared/contracts/import/propose.ts";

const source = { kind: "mcp", location: "files", title: "Files", version: "1", digest: "d" } as const;
const read = {
  risk_level: "LOW",
  reversible: true,
  timeout_seconds: 5,
  requires_approval: false,
  approvals_required: 0,
  outcome_resolution: "OPAQUE",
};
const candidate = (original: string, contract: Partial<typeof read> = {}): Candidate => ({
  original,
  contract: { ...read, ...contract },
  inferred: [{ field: "/risk_level", from: "GET only reads" }],
  warnings: [],
});

test("a tool whose name is taken as it is says what was inferred, and nothing of its name", () => {
  const { tools, refused } = proposeContracts(source, [candidate("read_file")]);
  expect(refused).toEqual([]);
  expect(tools).toMatchObject([
    { original: "read_file", contract: { tool_name: "read_file" }, inferred: [{ field: "/risk_level" }] },
  ]);
});

test("a renamed tool keeps its original name and says why it is called otherwise", () => {
  const { tools } = proposeContracts(source, [candidate("issues/list")]);
  expect(tools).toMatchObject([
    {
      original: "issues/list",
      contract: { tool_name: "issues_list" },
      inferred: [{ field: "/tool_name", from: '"issues/list", which no tool can be called here' }, {}],
    },
  ]);
});

test("what cannot be a contract is refused with every reason, and its neighbours are proposed", () => {
  const { tools, refused } = proposeContracts(source, [
    candidate("good"),
    candidate("bad", { timeout_seconds: 60, requires_approval: true }),
    { original: "worse", reasons: ["its path needs a value that no parameter gives"] },
    candidate("good"),
  ]);
  expect(tools.map(({ original }) => original)).toEqual(["good"]);
  expect(refused).toEqual([
    {
      original: "bad",
      reasons: [expect.stringContaining("at most 5 s"), expect.stringContaining("needs no approval")],
    },
    { original: "worse", reasons: ["its path needs a value that no parameter gives"] },
    { original: "good", reasons: ["its source names it twice"] },
  ]);
});

test("a proposal is read back as the contracts in it, edited or not, and nothing else is taken for one", () => {
  const file = proposeContracts(source, [candidate("a"), candidate("b")]);
  expect(proposedContracts(JSON.parse(JSON.stringify(file)))).toEqual(file.tools.map(({ contract }) => contract));
  expect(proposedContracts({ contracts: [] })).toBeUndefined();
});

test("a tool whose output_schema is no schema is proposed without it, and a warning says why", () => {
  const output_schema = { type: "object", properties: { at: { type: "string", pattern: "\\Aabc" } } };
  const { tools, refused } = proposeContracts(source, [{ ...candidate("read"), contract: { ...read, output_schema } }]);
  expect(refused).toEqual([]);
  expect(tools[0]?.contract).not.toHaveProperty("output_schema");
  expect(tools[0]?.warnings).toEqual([expect.stringMatching(/^its output_schema is left out: .*\/at\/pattern/)]);
});

test("a limit of 64-bit integers, which no number here reaches, is left out with a warning, and others are kept", () => {
  const input_schema = {
    type: "object",
    properties: {
      id: { type: "integer", minimum: 1, maximum: 2 ** 63 },
      maximum: { type: "integer", minimum: -(2 ** 63), exclusiveMaximum: 10 },
    },
  };
  const { tools, refused } = proposeContracts(source, [{ ...candidate("read"), contract: { ...read, input_schema } }]);
  expect(refused).toEqual([]);
  expect(tools[0]?.contract.input_schema).toEqual({
    type: "object",
    properties: { id: { type: "integer", minimum: 1 }, maximum: { type: "integer", exclusiveMaximum: 10 } },
  });
  expect(tools[0]?.warnings).toEqual([expect.stringContaining("limits beyond 2^53 in its input_schema are left out")]);
});

test("a limit beyond 2^53 that a number would have to reach is refused", () => {
  const input_schema = { type: "object", properties: { id: { type: "integer", minimum: 2 ** 63 } } };
  const { refused } = proposeContracts(source, [{ ...candidate("read"), contract: { ...read, input_schema } }]);
  expect(refused[0]?.reasons).toEqual([expect.stringContaining("beyond 2^53")]);
});
