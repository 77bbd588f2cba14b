import { expect, test } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { standardContracts } from "../../shared/contracts/standard-contracts.ts";
import { jsonObject } from "../../shared/plan/json.ts";
import { fakeContext, type Sent } from "./fake-context.ts";

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

/** A server that takes all but one of what a file registers; `late`: it finds nothing wrong before that one is put. */
const refusing = (list: readonly unknown[], refused: string, late = false) => {
  const [contract] = standardContracts();
  const violations = [{ path: "/timeout_seconds", rule: "timeout", message: `${refused}: must be at most 5` }];
  return fakeContext({
    files: { "many.json": JSON.stringify(list) },
    answer: ({ path, query, body }) =>
      path.endsWith(`/${refused}`) && !(late && query.check === "true")
        ? { status: 400, body: { status: 400, detail: "1 thing is wrong; nothing was stored", violations } }
        : { status: 201, body: { contract: { ...contract, ...jsonObject.parse(body) }, unchanged: false } },
  });
};
const put = (cli: { readonly sent: readonly Sent[] }) =>
  cli.sent.filter(({ query }) => query.check !== "true").map(({ path }) => path);
const named = (...names: readonly string[]) => names.map((tool_name) => ({ tool_name }));

test("contracts add of several looks at all before it puts one, and tells each fault with its item", async () => {
  const cli = refusing(named("m1", "m2", "m3", "m4"), "m3");
  expect(await cli.run("contracts", "add", "many.json")).toBe(EXIT.refused);
  expect(put(cli)).toEqual([]);
  expect(cli.sent).toHaveLength(4);
  expect(cli.stderr()).toContain("many.json: 1 of 4 items cannot be taken; nothing of this file was stored");
  expect(cli.stderr()).toContain("item 3, m3: /timeout_seconds m3: must be at most 5 [timeout]");
});

test("contracts add of several tells a program each refused item, as a document", async () => {
  const cli = refusing(named("m1", "m2", "m3"), "m2");
  expect(await cli.run("contracts", "add", "many.json", "--json")).toBe(EXIT.refused);
  const refusals = [{ name: "m2", item: 2, problem: { violations: [{ path: "/timeout_seconds" }] } }];
  expect(JSON.parse(cli.stdout())).toMatchObject({
    error: { file: { stored: [], waiting: [], refused: "m2", not_tried: ["m1", "m3"], refusals } },
  });
});

test("contracts add of several says no fault of a file where the caller may not put at all", async () => {
  const cli = fakeContext({
    files: { "many.json": JSON.stringify(named("m1", "m2")) },
    answer: () => ({ status: 403, body: { status: 403, detail: "not allowed", required_scope: "contracts:write" } }),
  });
  expect(await cli.run("contracts", "add", "many.json")).toBe(EXIT.not_authorised);
  expect(cli.sent).toHaveLength(1);
  expect(cli.stderr()).toContain("the token lacks the scope contracts:write");
});

test("contracts add of several tells which are stored and which were not tried, where one is refused when it is put", async () => {
  const cli = refusing(named("m1", "m2", "m3", "m4"), "m3", true);
  expect(await cli.run("contracts", "add", "many.json")).toBe(EXIT.refused);
  expect(put(cli)).toEqual(["/contracts/m1", "/contracts/m2", "/contracts/m3"]);
  expect(cli.stderr()).toContain("m3, item 3 of 4, was refused");
  expect(cli.stderr()).toContain("/timeout_seconds m3: must be at most 5");
  expect(cli.stderr()).toContain("stored of this file: m1, m2; not tried: m4");
  expect(cli.stderr()).not.toContain("nothing was stored");
});

test("contracts add of several tells a program the same, as a document", async () => {
  const cli = refusing(named("m1", "m2", "m3"), "m2", true);
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
  expect(cli.sent).toHaveLength(1);
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
])(
  "%s of several puts none where one is refused, and tells what is stored where one is refused late",
  async (command, list) => {
    for (const late of [false, true]) {
      const cli = fakeContext({
        files: { "many.json": JSON.stringify(list) },
        answer: ({ path, query, body }) => {
          if (path.endsWith("/a2") && !(late && query.check === "true"))
            return { status: 409, body: { status: 409, detail: "not as things stand" } };
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
      expect(put(cli)).toHaveLength(late ? 2 : 0);
      const words = late
        ? ["a2, item 2 of 3: not as things stand", "stored of this file: a1; not tried: a3"]
        : ["1 of 3 items cannot be taken; nothing of this file was stored", "item 2, a2: not as things stand"];
      for (const each of words) expect(cli.stderr()).toContain(each);
    }
  },
);
