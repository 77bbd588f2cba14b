import { describe, expect, it } from "vitest";
import { memorySecretNames } from "../../../functions/adapters/memory/secrets.ts";
import { serverList, serverTools } from "../../../functions/api/schemas.ts";
import type { Policy } from "../../../functions/deps.ts";
import { accept, refuse } from "../../../shared/plan/result.ts";
import { setContact } from "../tools/mcp/contact-tools.ts";
import { harness, problemIn } from "./harness.ts";

const POLICY: Policy = {
  registry_open: true,
  duplicate_window_floor_hours: 1,
  wait_for_resources_seconds: 300,
  settling_seconds: 5,
  largest_clock_skew_seconds: 300,
  allowed_hosts: ["*.example.com", "localhost:8080"],
  allowed_commands: ['MEMORY={memory} node server.js "a b"'],
  definition: "d0",
};
const start = () =>
  harness({
    policy: POLICY,
    secretNames: memorySecretNames({ read: { crm: "a-text-of-it", memory: "a-text-of-it" }, write: {} }),
    toolLists: {
      of: async (server) =>
        server === "contacts"
          ? accept({
              tools: [{ name: "set_contact", description: "", input_schema: {} }],
              left_out: [{ name: "get_contact", why: "/inputSchema is missing" }],
            })
          : refuse("no answer came in time"),
    },
  });
type Started = Awaited<ReturnType<typeof start>>;
const contacts = { kind: "http", url: "https://crm.example.com/mcp", auth: { as: "bearer", secret: "crm" } };
const elsewhere = { ...contacts, url: "https://other.example.com/mcp" };
const files = { kind: "stdio", command: "node", args: ["server.js", "a b"], env: { MEMORY: "memory" } };

describe("/servers", () => {
  it("servers are registered that a deployment lets its tools speak to, once each", async () => {
    const h = await start();
    expect((await h.put("/servers/contacts", contacts)).status).toBe(201);
    expect((await h.put("/servers/contacts", { ...contacts, server: "contacts" })).status).toBe(200);
    expect((await h.put("/servers/files", files)).status).toBe(201);
    const { servers } = serverList.parse(await (await h.get("/servers")).json());
    expect(servers).toEqual([
      { ...contacts, server: "contacts", headers: {} },
      { ...files, server: "files" },
    ]);
  });

  it("of two people who register one name for two servers, the second hears of the contract made for the first", async () => {
    const h = await start();
    const put = h.deps.servers.put.bind(h.deps.servers);
    let overtaken = false;
    h.deps.servers.put = async (server, over) => {
      if (!overtaken) {
        overtaken = true;
        expect((await h.put("/servers/contacts", contacts)).status).toBe(201);
        expect((await h.put("/contracts/contacts_set", setContact())).status).toBe(201);
      }
      return put(server, over);
    };
    const refused = await problemIn(await h.put("/servers/contacts", elsewhere));
    expect(refused.detail).toContain("contacts_set is called");
    expect(await h.deps.servers.get("contacts")).toMatchObject({ url: contacts.url });
  });

  it.each([
    ["put elsewhere", (h: Started) => h.put("/servers/contacts", elsewhere)],
    ["removed", (h: Started) => h.post("/servers/contacts/remove", {})],
  ])(
    "a server is not %s where a contract that names it is put after the look for such contracts",
    async (_, change) => {
      const h = await start();
      await h.put("/servers/contacts", contacts);
      const all = h.deps.contracts.all;
      h.deps.contracts.all = async () => {
        h.deps.contracts.all = all;
        const looked = await all();
        expect((await h.put("/contracts/contacts_set", setContact())).status).toBe(201);
        return looked;
      };
      const refused = await problemIn(await change(h));
      expect(refused).toMatchObject({ status: 409, detail: expect.stringContaining("contacts_set is called") });
      expect(await h.deps.servers.get("contacts")).toMatchObject({ url: contacts.url });
    },
  );

  it("a server is put elsewhere by nobody while a contract that names it is being put", async () => {
    const h = await start();
    await h.put("/servers/contacts", contacts);
    const put = h.deps.contracts.put;
    h.deps.contracts.put = async (contract) => {
      const changed = await problemIn(await h.put("/servers/contacts", elsewhere));
      expect(changed).toMatchObject({ status: 409, detail: expect.stringContaining("contacts_set is called") });
      return put(contract);
    };
    expect((await h.put("/contracts/contacts_set", setContact())).status).toBe(201);
  });

  it("a contract whose server is removed after the look for that is refused, as one whose server never was", async () => {
    const h = await start();
    await h.put("/servers/contacts", contacts);
    const readable = h.deps.servers.readable;
    h.deps.servers.readable = async () => {
      h.deps.servers.readable = readable;
      const looked = await readable();
      expect((await h.post("/servers/contacts/remove", {})).status).toBe(200);
      return looked;
    };
    const refused = await problemIn(await h.put("/contracts/contacts_set", setContact()));
    expect(refused.violations).toMatchObject([{ path: "/binding/server" }]);
  });

  it("a server that an earlier release took with a credential written out is shown without that", async () => {
    const h = await start();
    const headers = { Authorization: "Bearer canary-text", "X-Version": "2" };
    const url = `${contacts.url}?v=2&api_key=canary-text`;
    const token_url = "https://crm.example.com/token?client_secret=canary-text";
    const auth = { as: "client_credentials", token_url, client_id: "buddy", secret: "crm" } as const;
    const args = ["server.js", "--token", "canary-text", "--verbose"];
    await h.deps.servers.put({ kind: "http", server: "old", url, auth, headers });
    await h.deps.servers.put({ kind: "stdio", server: "older", command: "node", args, env: {} });
    const { servers } = serverList.parse(await (await h.get("/servers")).json());
    expect(JSON.stringify(servers)).not.toContain("canary-text");
    expect(servers).toMatchObject([
      {
        url: `${contacts.url}?(secret)`,
        auth: { ...auth, token_url: "https://crm.example.com/token?(secret)" },
        headers: { Authorization: "(secret)", "X-Version": "2" },
      },
      { args: ["server.js", "--token", "(secret)", "--verbose"] },
    ]);
  });

  it.each<[string, object, string, string]>([
    ["a host that is not allowed", { ...contacts, url: "https://crm.example.org/mcp" }, "/url", "allowed_hosts"],
    ["plain http elsewhere", { ...contacts, url: "http://crm.example.com/mcp" }, "/url", "must begin with https://"],
    ["a password in the address", { ...contacts, url: "https://a:b@crm.example.com/" }, "/url", "name a secret"],
    ["no address", { ...contacts, url: "crm" }, "/url", "is no address"],
    [
      "a secret that is not there",
      { ...contacts, auth: { as: "bearer", secret: "other" } },
      "/auth/secret",
      "read/other",
    ],
    ["other arguments", { ...files, args: ["server.js", "a", "b"] }, "/command", "MEMORY={memory} node server.js a b"],
    ["another variable", { ...files, env: { NODE_OPTIONS: "memory" } }, "/command", "does not run"],
    ["a text for a variable", { ...files, env: { MEMORY: { text: "x" } } }, "/env/MEMORY", ""],
    [
      "a credential written into a header",
      { ...contacts, auth: undefined, headers: { Authorization: "Bearer abc" } },
      "/headers/Authorization",
      "use auth",
    ],
    ["a header of the message", { ...contacts, headers: { Host: "x" } }, "/headers/Host", "not for a contract to set"],
    ["a header of the protocol", { ...contacts, headers: { "Mcp-Session-Id": "x" } }, "/headers/Mcp-Session-Id", ""],
    [
      "a credential in a header of the message",
      { ...contacts, auth: { as: "header", header: "Content-Length", secret: "crm" } },
      "/auth/header",
      "no header for a credential",
    ],
    ...[{ Authorization: "Bearer canary-text" }, { "X-Api-Key": "canary-text" }].map(
      (headers): [string, object, string, string] => [
        `a text for ${Object.keys(headers)[0]}`,
        { kind: "http", url: contacts.url, headers },
        `/headers/${Object.keys(headers)[0]}`,
        "",
      ],
    ),
    [
      "a credential in a header of the same name",
      { ...contacts, auth: { as: "header", header: "X-Key", secret: "crm" }, headers: { "x-key": "x" } },
      "/headers",
      "would be sent twice",
    ],
    ["a key in the address", { ...contacts, url: "https://crm.example.com/mcp?apiKey=canary" }, "/url", "in its query"],
    ...[
      ["--token", "canary"],
      ["server.js", "--api-key=canary"],
      ["--header", "Authorization: canary"],
      ["server.js", "https://crm.example.com/mcp?token=canary"],
      ["server.js", "ghp_canary000000"],
    ].map((args): [string, object, string, string] => [
      `a program with ${args.join(" ")}`,
      { ...files, args },
      "/args/1",
      "name a secret in env",
    ]),
    ["another name", { ...contacts, server: "others" }, "/server", "as in the path"],
    ["no kind", { url: "x" }, "/kind", 'must be "http"'],
  ])("a server with %s is refused, and nothing is kept", async (_what, body, path, words) => {
    const h = await start();
    const refused = await problemIn(await h.put("/servers/contacts", body));
    expect(refused.status).toBe(400);
    expect(refused.violations?.map((violation) => violation.path)).toContain(path);
    expect(JSON.stringify(refused.violations)).toContain(JSON.stringify(words).slice(1, -1));
    expect((await h.deps.servers.readable()).items).toEqual([]);
  });

  it("a server that contracts name is kept as it is: where their calls go was approved", async () => {
    const h = await start();
    const refused = await problemIn(await h.put("/contracts/contacts_set", setContact()));
    expect(refused.violations).toEqual([
      expect.objectContaining({
        path: "/binding/server",
        message: expect.stringContaining('there is no server "contacts"'),
      }),
    ]);
    await h.put("/servers/contacts", contacts);
    expect((await h.put("/contracts/contacts_set", setContact())).status).toBe(201);
    const changed = await problemIn(
      await h.put("/servers/contacts", { ...contacts, url: "https://crm.example.com/2" }),
    );
    expect(changed).toMatchObject({ status: 409, detail: expect.stringContaining("contacts_set is called") });
    const removed = await problemIn(await h.post("/servers/contacts/remove", {}));
    expect(removed.status).toBe(409);
    expect(await h.deps.servers.get("contacts")).toMatchObject({ url: contacts.url });
    expect((await problemIn(await h.post("/servers/others/remove", {}))).status).toBe(404);
    expect((await problemIn(await h.post("/servers/contcats/remove", {}))).detail).toBe(
      'server contcats does not exist; did you mean "contacts"?',
    );
  });

  it("a server that contracts name may pass on other things than before: its tools are called as they were", async () => {
    const h = await start();
    await h.put("/servers/contacts", contacts);
    await h.put("/contracts/contacts_set", setContact());
    const passes_on = { prompts: true, required_permissions: ["contacts:read"] };
    expect((await h.put("/servers/contacts", { ...contacts, passes_on })).status).toBe(200);
    expect(await h.deps.servers.get("contacts")).toMatchObject({ passes_on: { ...passes_on, resources: false } });
    const both = { ...contacts, url: "https://crm.example.com/2", passes_on };
    expect((await h.put("/servers/contacts", both)).status).toBe(409);
    expect((await h.put("/servers/contacts", contacts)).status).toBe(200);
    const odd = await problemIn(await h.put("/servers/contacts", { ...contacts, passes_on: { tools: true } }));
    expect(odd.violations?.[0]?.path).toBe("/passes_on/tools");
  });

  it("a server that no contract names is removed, and what a server offers is told", async () => {
    const h = await start();
    await h.put("/servers/contacts", contacts);
    await h.put("/servers/others", contacts);
    const offered = serverTools.parse(await (await h.get("/servers/contacts/tools")).json());
    expect(offered.tools.map(({ name }) => name)).toEqual(["set_contact"]);
    expect(offered.left_out).toEqual([{ name: "get_contact", why: "/inputSchema is missing" }]);
    expect(h.logged).toContainEqual(
      expect.objectContaining({
        level: "warn",
        fields: expect.objectContaining({ server: "contacts", tool: "get_contact", why: "/inputSchema is missing" }),
      }),
    );
    const failed = await problemIn(await h.get("/servers/others/tools"));
    expect(failed).toMatchObject({ status: 409, detail: expect.stringContaining("no answer came in time") });
    expect((await h.post("/servers/contacts/remove", {})).status).toBe(200);
    expect((await problemIn(await h.get("/servers/contacts/tools"))).status).toBe(404);
  });
});
