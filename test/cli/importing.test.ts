import { expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { proposalFile } from "../../shared/contracts/import/proposal-file.ts";
import { standardContracts } from "../../shared/contracts/standard-contracts.ts";
import { fakeContext } from "./fake-context.ts";

const YAML = `
openapi: 3.0.3
info: { title: CRM, version: "1" }
servers: [{ url: https://crm.example.com }]
paths:
  /contacts:
    get: { operationId: listContacts, responses: {} }
    post: { operationId: addContact, responses: {} }
`;

const proposalIn = (files: ReadonlyMap<string, string>, name: string) =>
  proposalFile.parse(JSON.parse(files.get(name) ?? "null"));

it("an OpenAPI document becomes a proposal beside the person, and says how to go on; nothing is changed", async () => {
  const cli = fakeContext({ files: { "api/crm.yaml": YAML } });
  expect(await cli.run("contracts", "import", "openapi", "api/crm.yaml")).toBe(EXIT.ok);
  expect(proposalIn(cli.files, "crm.proposal.json").tools.map(({ original }) => original)).toEqual([
    "listContacts",
    "addContact",
  ]);
  expect(cli.stdout()).toContain("2 tools proposed in crm.proposal.json: 1 read, 1 HIGH until you say otherwise");
  expect(cli.stdout()).toContain("buddy contracts add crm.proposal.json");
  expect(cli.stdout()).toContain("Whether a name is another tool's already was not looked at: cannot reach");
  expect(cli.sent.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /contracts"]);
});

it("an OpenAPI import leaves a name to the tool that has it, and says so; the same request is the same tool", async () => {
  const [contract] = standardContracts();
  const bound = (method: string) => ({ kind: "http", call: { method, url: "https://crm.example.com/contacts" } });
  const statistics = { tools: 0, approval_required: 0, writes: 0, by_risk_level: {}, by_reversibility: {} };
  const cli = fakeContext({
    files: { "crm.yaml": YAML },
    answer: () => ({
      body: {
        contracts: [
          { ...contract, tool_name: "listContacts", binding: bound("GET") },
          { ...contract, tool_name: "addContact", binding: bound("PUT") },
        ],
        statistics,
      },
    }),
  });
  expect(await cli.run("contracts", "import", "openapi", "crm.yaml")).toBe(EXIT.ok);
  const { tools } = proposalIn(cli.files, "crm.proposal.json");
  expect(tools.map(({ contract: proposed }) => proposed.tool_name)).toEqual(["listContacts", "crm__addContact"]);
  const words = '"addContact" is a tool that is registered here: proposed as crm__addContact';
  expect(tools[1]?.warnings).toContain(words);
  expect(cli.stdout()).toContain(words);
  expect(cli.stdout()).not.toContain("was not looked at");
});

it("an OpenAPI import says how many of its tools go without credentials, and names each secret of those that have some", async () => {
  const keys = "{ id: { type: apiKey, in: header, name: X-Id }, key: { type: apiKey, in: header, name: X-Key } }";
  const get = "{ operationId: own, security: [{ id: [], key: [] }], responses: {} }";
  const document = `${YAML}  /own: { get: ${get} }\ncomponents: { securitySchemes: ${keys} }\n`;
  const cli = fakeContext({ files: { "crm.yaml": document } });
  expect(await cli.run("contracts", "import", "openapi", "crm.yaml", "--secret", "mine")).toBe(EXIT.ok);
  expect(cli.stdout()).toContain(
    "2 of them without credentials: the document names none that a binding can send, and --secret mine is not used for them",
  );
  for (const name of ["mine-id", "mine-key"]) expect(cli.stdout()).toContain(`keep the secrets write/${name} and`);
});

it("half a surrogate pair at any depth of an OpenAPI document is refused with its place", async () => {
  const levels = 90;
  const schema = `${'{"properties":{"a":'.repeat(levels)}{"description":"\\ud800"}${"}}".repeat(levels)}`;
  const document = `{"openapi":"3.0.3","info":{"title":"CRM","version":"1"},"components":{"schemas":{"Deep":${schema}}},"paths":{}}`;
  const cli = fakeContext({ files: { "deep.json": document } });
  expect(await cli.run("contracts", "import", "openapi", "deep.json")).toBe(EXIT.refused);
  const place = `/components/schemas/Deep${"/properties/a".repeat(levels)}/description`;
  expect(cli.stderr()).toContain(`${place} holds half of a surrogate pair, which is not valid Unicode text`);
});

it("a document that begins with a byte order mark is read as it is meant", async () => {
  const paths = { "/contacts": { get: { operationId: "listContacts", responses: {} } } };
  const servers = [{ url: "https://crm.example.com" }];
  const document = JSON.stringify({ openapi: "3.0.3", info: { title: "CRM", version: "1" }, servers, paths });
  const cli = fakeContext({ files: { "crm.json": `\ufeff${document}` } });
  expect(await cli.run("contracts", "import", "openapi", "crm.json")).toBe(EXIT.ok);
  expect(proposalIn(cli.files, "crm.proposal.json").tools).toHaveLength(1);
});

it("a document that is nested too deeply to be read is refused in words", async () => {
  const cli = fakeContext({ files: { "crm.json": `${'{"a":'.repeat(20_000)}{}${"}".repeat(20_000)}` } });
  expect(await cli.run("contracts", "import", "openapi", "crm.json")).toBe(EXIT.usage);
  expect(cli.stderr()).toContain("crm.json is nested deeper than anything that can be read");
});

it.each([
  ["JSON", ""],
  ["YAML", "# a document\n"],
])("a document in %s with more levels than an operation could have is refused in words", async (_kind, before) => {
  const levels = 1_600;
  const document = `${before}{"a":${'{"a":'.repeat(levels)}{}${"}".repeat(levels)}}`;
  const cli = fakeContext({ files: { "crm.json": document } });
  expect(await cli.run("contracts", "import", "openapi", "crm.json")).toBe(EXIT.usage);
  expect(cli.stderr()).toContain("crm.json is nested deeper than anything that can be read");
});

it("what YAML merges into an operation is a part of it", async () => {
  const merged = `openapi: 3.0.3
info: { title: CRM, version: "1" }
servers: [{ url: https://crm.example.com }]
x-common: &common
  security: [{ token: [] }]
  parameters: [{ name: tenant, in: query, required: true, schema: { type: string } }]
paths:
  /contacts:
    post: { <<: *common, operationId: addContact, responses: {} }
components: { securitySchemes: { token: { type: http, scheme: bearer } } }
`;
  const cli = fakeContext({ files: { "crm.yaml": merged } });
  expect(await cli.run("contracts", "import", "openapi", "crm.yaml")).toBe(EXIT.ok);
  const [tool] = proposalIn(cli.files, "crm.proposal.json").tools;
  expect(tool?.contract).toMatchObject({
    input_schema: { required: ["tenant"] },
    binding: { call: { auth: { as: "bearer" } } },
  });
});

const READING = `openapi: 3.0.3
info: { title: CRM, version: "1" }
servers: [{ url: https://crm.example.com }]
`;

it("an anchor of YAML may be named by as many operations as there are", async () => {
  const paths = Array.from(
    { length: 150 },
    (_, n) =>
      `  /c${n}: { get: { operationId: c${n}, responses: ${n === 0 ? "&all { 200: { description: ok } }" : "*all"} } }`,
  );
  const cli = fakeContext({ files: { "crm.yaml": `${READING}paths:\n${paths.join("\n")}\n` } });
  expect(await cli.run("contracts", "import", "openapi", "crm.yaml")).toBe(EXIT.ok);
  expect(proposalIn(cli.files, "crm.proposal.json").tools).toHaveLength(150);
});

it("what YAML merges from a map that merges another one is in it, and goes before nothing that stands there", async () => {
  const merged = `${READING}x-all:
  - &get { operationId: get, summary: Read, responses: {} }
  - &tagged { <<: *get, operationId: tagged, deprecated: true }
paths:
  /a: { get: { operationId: own, <<: [*tagged, *get] } }
`;
  const cli = fakeContext({ files: { "crm.yaml": merged } });
  expect(await cli.run("contracts", "import", "openapi", "crm.yaml")).toBe(EXIT.ok);
  const [tool] = proposalIn(cli.files, "crm.proposal.json").tools;
  expect([tool?.original, tool?.contract.description]).toEqual(["own", "Read"]);
  expect(tool?.warnings).toContain("the document calls it deprecated");
});

const tenTimes = (name: string) => `[${Array.from({ length: 10 }, () => `*${name}`).join(", ")}]`;
const named = (each: (before: string) => string) =>
  Array.from({ length: 12 }, (_, n) => `x-${n + 1}: &a${n + 1} ${each(`a${n}`)}`).join("\n");

it.each([
  ["lists", `x-0: &a0 [1]\n${named(tenTimes)}`],
  ["what they merge", `x-0: &a0 { a: 1 }\n${named((before) => `{ <<: ${tenTimes(before)} }`)}`],
])(
  "aliases of YAML that stand for more than can be held are refused as that, with the remedy: %s",
  async (_name, text) => {
    const cli = fakeContext({ files: { "crm.yaml": `${READING}${text}\npaths: {}\n` } });
    expect(await cli.run("contracts", "import", "openapi", "crm.yaml")).toBe(EXIT.usage);
    expect(cli.stderr()).toContain("crm.yaml has aliases (*name) that stand for more than 16777216 characters");
    expect(cli.stderr()).toContain("under components, and name it by $ref");
  },
);

it("an alias of YAML inside of what it stands for is refused by its name, with the remedy", async () => {
  const cli = fakeContext({ files: { "crm.yaml": `${READING}x-tree: &tree { child: *tree }\npaths: {}\n` } });
  expect(await cli.run("contracts", "import", "openapi", "crm.yaml")).toBe(EXIT.usage);
  expect(cli.stderr()).toContain("crm.yaml has the alias *tree inside of what it stands for");
  expect(cli.stderr()).toContain("name it by $ref");
});

it("a number of YAML that JSON does not have is named by its place", async () => {
  const cli = fakeContext({ files: { "crm.yaml": "openapi: 3.0.3\nx-most: { maximum: .inf }\npaths: {}\n" } });
  expect(await cli.run("contracts", "import", "openapi", "crm.yaml")).toBe(EXIT.usage);
  expect(cli.stderr()).toContain("/x-most/maximum Infinity is not a JSON number");
});

it("only the picked operations are proposed, and a name that is none writes nothing", async () => {
  const cli = fakeContext({ files: { "crm.yaml": YAML } });
  const add = ["contracts", "import", "openapi", "crm.yaml", "--pick"];
  expect(await cli.run(...add, "addContct")).toBe(EXIT.refused);
  expect(cli.stderr()).toContain('did you mean "addContact"?');
  expect([...cli.files.keys()]).toEqual(["crm.yaml"]);
  expect(await cli.run(...add, "addContact", "--out", "mine.json")).toBe(EXIT.ok);
  expect(proposalIn(cli.files, "mine.json").tools).toHaveLength(1);
});

it("a document is fetched from an address, and nothing that it refers to is", async () => {
  const document = {
    openapi: "3.1.0",
    servers: [{ url: "https://crm.example.com" }],
    paths: { "/a": { get: { parameters: [{ $ref: "https://elsewhere.example/p.json" }] } } },
  };
  const cli = fakeContext({ answer: () => ({ body: document }) });
  expect(await cli.run("contracts", "import", "openapi", "https://crm.example.com/openapi.json")).toBe(EXIT.ok);
  expect(cli.sent.map(({ path }) => path)).toEqual(["/openapi.json", "/contracts"]);
  expect(proposalIn(cli.files, "openapi.proposal.json").refused).toEqual([
    { original: "GET /a", reasons: [expect.stringContaining("points outside the document")] },
  ]);
});

it("a document is fetched from an address whose scheme is written in capitals", async () => {
  const cli = fakeContext({ answer: () => ({ body: { openapi: "3.1.0", paths: { "/a": { get: {} } } } }) });
  expect(await cli.run("contracts", "import", "openapi", "HTTPS://crm.example.com/openapi.json")).toBe(EXIT.ok);
  expect(cli.sent.map(({ path }) => path)).toContain("/openapi.json");
});

it("an import that is refused for several reasons says each on a line of its own, to a program too", async () => {
  const cli = fakeContext({ files: { "a.json": '{"openapi": "2", "paths": {"a": {}, "b": {}}}' } });
  expect(await cli.run("contracts", "import", "openapi", "a.json")).toBe(EXIT.refused);
  expect(cli.stderr().trimEnd().split("\n")).toEqual([
    "error: a.json cannot be imported:",
    expect.stringMatching(/^ {2}\/openapi must be 3.0.x or 3.1.x/),
    '  /paths/a a path begins with /: write "/a"',
    '  /paths/b a path begins with /: write "/b"',
  ]);
  await cli.run("contracts", "import", "openapi", "a.json", "--json");
  expect(JSON.parse(cli.stdout())).toMatchObject({ error: { faults: { length: 3 } } });
});

it.each([
  ["a file that is not there", {}, ["none.json"], "cannot read none.json"],
  ["a file that is neither JSON nor YAML", { "a.json": "{" }, ["a.json"], "a.json is neither JSON nor YAML"],
  [
    "a document with a name that no field can have",
    { "a.json": '{"openapi":"3.1.0","x":{"__proto__":{}}}' },
    ["a.json"],
    "a.json holds what JSON cannot carry here: /x/__proto__",
  ],
  [
    "a document with a tag that nobody knows",
    { "a.yaml": `${YAML}\nx-a: !!js/function f` },
    ["a.yaml"],
    "Unresolved tag",
  ],
  ["a document of before", { "a.json": '{"swagger":"2.0"}' }, ["a.json"], "convert it to OpenAPI 3.0 first"],
  ["a file that would be overwritten", { "a.yaml": YAML, "a.proposal.json": "mine" }, ["a.yaml"], "is there already"],
])("an import of %s is refused in words, and nothing is written", async (_name, files, args, words) => {
  const cli = fakeContext({ files });
  expect([EXIT.usage, EXIT.refused]).toContain(await cli.run("contracts", "import", "openapi", ...args));
  expect(cli.stderr()).toContain(words);
  expect(Object.fromEntries(cli.files)).toEqual(files);
});
