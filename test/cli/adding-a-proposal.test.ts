import { expect, test } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { standardContracts } from "../../shared/contracts/standard-contracts.ts";
import { jsonObject } from "../../shared/plan/json.ts";
import { fakeContext } from "./fake-context.ts";

test("contracts add registers what an import proposed, as the file has it after review", async () => {
  const [contract] = standardContracts();
  const proposal = {
    source: { kind: "openapi", location: "crm.json", title: "CRM", version: "1", digest: "d" },
    tools: [{ original: "a", inferred: [], warnings: [], contract: { ...contract, tool_name: "crm_a" } }],
    refused: [{ original: "b", reasons: ["its body is no JSON"] }],
  };
  const cli = fakeContext({
    files: { "crm.proposal.json": JSON.stringify(proposal) },
    answer: () => ({ status: 201, body: { contract: { ...contract, tool_name: "crm_a" }, unchanged: false } }),
  });
  expect(await cli.run("contracts", "add", "crm.proposal.json")).toBe(EXIT.ok);
  expect(cli.sent.map(({ method, path }) => `${method} ${path}`)).toEqual(["PUT /contracts/crm_a"]);
});

/** A server that takes all but one of what a file registers. */
const refusing = (list: readonly unknown[], refused: string) => {
  const [contract] = standardContracts();
  const violations = [{ path: "/timeout_seconds", rule: "timeout", message: `${refused}: must be at most 5` }];
  return fakeContext({
    files: { "many.json": JSON.stringify(list) },
    answer: ({ path, body }) =>
      path.endsWith(`/${refused}`)
        ? { status: 400, body: { status: 400, detail: "1 thing is wrong; nothing was stored", violations } }
        : { status: 201, body: { contract: { ...contract, ...jsonObject.parse(body) }, unchanged: false } },
  });
};
const named = (...names: readonly string[]) => names.map((tool_name) => ({ tool_name }));

test("contracts add of several tells which are stored and which were not tried, where one is refused", async () => {
  const cli = refusing(named("m1", "m2", "m3", "m4"), "m3");
  expect(await cli.run("contracts", "add", "many.json")).toBe(EXIT.refused);
  expect(cli.sent.map(({ path }) => path)).toEqual(["/contracts/m1", "/contracts/m2", "/contracts/m3"]);
  expect(cli.stderr()).toContain("m3, item 3 of 4, was refused");
  expect(cli.stderr()).toContain("/timeout_seconds m3: must be at most 5");
  expect(cli.stderr()).toContain("stored of this file: m1, m2; not tried: m4");
  expect(cli.stderr()).not.toContain("nothing was stored");
});

test("contracts add of several tells a program the same, as a document", async () => {
  const cli = refusing(named("m1", "m2", "m3"), "m2");
  expect(await cli.run("contracts", "add", "many.json", "--json")).toBe(EXIT.refused);
  expect(JSON.parse(cli.stdout())).toMatchObject({
    error: {
      message: "m2, item 2 of 3, was refused",
      status: 400,
      problem: { detail: "1 thing is wrong; nothing was stored" },
      file: { stored: ["m1"], waiting: [], refused: "m2", not_tried: ["m3"] },
    },
  });
});

test("contracts add of one that is refused says what the server says, and no more", async () => {
  const cli = refusing(named("m1"), "m1");
  expect(await cli.run("contracts", "add", "many.json")).toBe(EXIT.refused);
  expect(cli.stderr()).toContain("error: 1 thing is wrong; nothing was stored");
  expect(cli.stderr()).not.toContain("of this file");
});

test.each([
  ["names one tool twice", named("m1", "m2", "m1"), "many.json: items 1 and 3 are both m1"],
  ["has an item without a name", [...named("m1"), { description: "nameless" }], "many.json: item 2 has no tool_name"],
])("contracts add sends nothing of a file that %s", async (_, list, words) => {
  const cli = refusing(list, "none");
  expect(await cli.run("contracts", "add", "many.json")).toBe(EXIT.refused);
  expect(cli.stderr()).toContain(words);
  expect(cli.sent).toEqual([]);
});

test.each([
  ["agents add", named("a1", "a2", "a3").map(({ tool_name }) => ({ agent_id: tool_name }))],
  ["servers add", named("a1", "a2", "a3").map(({ tool_name }) => ({ server: tool_name }))],
  ["memory import", named("a1", "a2", "a3").map(({ tool_name }) => ({ id: tool_name, text: "words" }))],
])("%s of several tells which are stored and which were not tried, where one is refused", async (command, list) => {
  const cli = fakeContext({
    files: { "many.json": JSON.stringify(list) },
    answer: ({ path, body }) => {
      if (path.endsWith("/a2")) return { status: 409, body: { status: 409, detail: "not as things stand" } };
      const item = jsonObject.parse(body);
      const agent = {
        owner: "olga",
        granted_permissions: [],
        allowed_submitters: [],
        default_confidence: null,
        ...item,
      };
      const server = { kind: "http", ...item };
      const entry = { id: "a1", agent_id: null, ...item };
      return { status: 201, body: { agent, server, entry, unchanged: false } };
    },
  });
  expect(await cli.run(...command.split(" "), "many.json")).toBe(EXIT.conflict);
  expect(cli.sent).toHaveLength(2);
  expect(cli.stderr()).toContain("a2, item 2 of 3: not as things stand");
  expect(cli.stderr()).toContain("stored of this file: a1; not tried: a3");
});
