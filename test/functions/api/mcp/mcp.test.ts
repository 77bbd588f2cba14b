import { createConnection } from "node:net";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { heardChanges } from "../../../../functions/tools/changes-heard.ts";
import { realTimer } from "../../../../functions/tools/timer.ts";
import { textIn } from "../../../harness/mcp-clients.ts";
import { contractOf } from "../../../shared/contracts/contract-inputs.ts";
import { as, problemIn } from "../harness.ts";
import { type Door, decide, headersOf, LINES, openDoor } from "./door.ts";

const MAIL = { to: ["ann@example.com"], subject: "Hello", body: "Hello Ann" };
const SURE = { meta: { "buddy/confidence": 0.95, "buddy/rationale": "asked by Ann", "buddy/goal": "keep in touch" } };

let doors: Door[] = [];
const open = async (...given: Parameters<typeof openDoor>): Promise<Door> => {
  const door = await openDoor(...given);
  doors.push(door);
  return door;
};
afterEach(async () => {
  await Promise.all(doors.map(({ stop }) => stop()));
  doors = [];
});

const ledgerOf = async ({ deps }: Door): Promise<number> => {
  const { items } = await deps.executions.list({ limit: 200, next: null });
  const steps = await Promise.all(items.map(({ execution_id }) => deps.steps.all(execution_id)));
  return steps.flat().filter(({ committed }) => committed).length;
};

describe.each(LINES)("an official client of the line $line", ({ line, connect }) => {
  it("a client is spoken to in the line of the protocol it speaks", async () => {
    const { url } = await open();
    const client = await connect(url);
    expect(client.line).toBe(line);
  });

  it("a client lists the contracts with what follows from them, and the door's own tools", async () => {
    const { url, deps } = await open();
    const { tools } = await (await connect(url)).list();
    const mail = tools.find(({ name }) => name === "msgraph_send_email");
    const contract = await deps.contracts.get("msgraph_send_email");
    expect(mail?._meta?.["buddy/contract_hash"]).toBe(contract?.content_hash);
    expect(mail?.inputSchema).toEqual(contract?.input_schema);
    expect(mail?.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: true });
    expect(tools.find(({ name }) => name === "memory_search")?.annotations).toMatchObject({ readOnlyHint: true });
    expect(tools.slice(0, 3).map(({ name }) => name)).toEqual(["buddy_propose_plan", "buddy_wait", "buddy_status"]);
  });

  it("a client has a read answered at once", async () => {
    const { url, deps } = await open();
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const traced = { meta: { ...SURE.meta, traceparent } };
    const read = await (await connect(url)).call("memory_search", { query: "ann" }, traced);
    const { call_id } = z.object({ call_id: z.string() }).parse(read._meta?.["buddy/call"]);
    expect((await deps.executions.get(call_id))?.traceparent).toBe(traceparent);
    expect(read.isError ?? false).toBe(false);
    expect(read.structuredContent).toBeDefined();
    expect(read._meta?.["buddy/call"]).toMatchObject({ outcome: "done", mode: "LIVE" });
  });

  it("a client is told in words and for programs that a write waits, for whom and where", async () => {
    const { url } = await open();
    const waiting = await (await connect(url)).call("msgraph_send_email", MAIL, SURE);
    expect(waiting.isError ?? false).toBe(false);
    expect(textIn(waiting)).toMatch(/Not done yet.*A person has to decide.*http:.*\/console\/requests\/.*buddy_wait/s);
    expect(waiting._meta?.["buddy/call"]).toMatchObject({ outcome: "waiting", for: "approval" });
  });

  it("a client that gave up gets the outcome of its call an hour later by a new connection: one question, one effect", async () => {
    const door = await open();
    const { url } = door;
    door.slow();
    const impatient = await connect(url);
    const giving = new AbortController();
    const given = impatient.call("msgraph_send_email", MAIL, { ...SURE, signal: giving.signal });
    await expect.poll(() => door.workflow.started.length).toBe(1);
    giving.abort();
    await expect(given).rejects.toThrow();
    await impatient.close();

    door.time.now += 3_600_000;
    await door.settle();
    await decide(door, { decision: "approve" });
    const again = await (await connect(url)).call("msgraph_send_email", MAIL, SURE);
    expect(again._meta?.["buddy/call"]).toMatchObject({ outcome: "done", mode: "LIVE", attached: true });
    expect(door.workflow.started.filter(({ name }) => name.endsWith("-1"))).toHaveLength(1);
    expect(await ledgerOf(door)).toBe(1);
  });

  it("a client that gave up while its call ended still gets that outcome when it asks again", async () => {
    const door = await open();
    door.slow();
    const client = await connect(door.url);
    const giving = new AbortController();
    const update = { selector: "#email", value: "a@b.c" };
    const given = client.call("form_fill", update, { ...SURE, signal: giving.signal });
    await expect.poll(() => door.workflow.started.length).toBe(1);
    await door.settle();
    await decide(door, { decision: "approve" });
    giving.abort();
    await expect(given).rejects.toThrow();
    // By the connection, or in a request of its own.
    await expect.poll(() => door.givenUp()).toBe(1);
    const again = await client.call("form_fill", update, SURE);
    expect(again._meta?.["buddy/call"]).toMatchObject({ outcome: "done", attached: true });
    expect(await ledgerOf(door)).toBe(1);
  });

  it("a client is told a person's no with its reason, as an error that says never", async () => {
    const door = await open();
    const client = await connect(door.url);
    await client.call("msgraph_send_email", MAIL, SURE);
    await decide(door, { decision: "reject", comment: "Ann asked for no mails" });
    const refused = await client.call("msgraph_send_email", MAIL, SURE);
    expect(refused).toMatchObject({ isError: true, _meta: { "buddy/retry": "never" } });
    expect(textIn(refused)).toMatch(/Ann asked for no mails.*Do not make this call again/s);
  });

  it("a client is refused an unknown tool and bad arguments by a result, with what to change", async () => {
    const { url } = await open();
    const client = await connect(url);
    await client.list();
    const unknown = await client.call("memory_serch", { query: "ann" }, SURE);
    expect(unknown).toMatchObject({ isError: true, _meta: { "buddy/retry": "after_change" } });
    expect(textIn(unknown)).toContain('did you mean "memory_search"?');
    const bad = await client.call("msgraph_send_email", { ...MAIL, to: 7 }, SURE);
    expect(bad).toMatchObject({ isError: true, _meta: { "buddy/retry": "after_change" } });
    expect(textIn(bad)).toContain("/arguments/to");
  });

  it("a client is refused a field that JSON's readers drop, as POST /calls refuses it: nothing is called without it", async () => {
    const door = await open();
    const client = await connect(door.url);
    const given = [`{"query": "ann", "__proto__": {"only": "mine"}}`, `{"query": {"__proto__": 1}}`];
    for (const text of given) {
      const args = JSON.parse(text);
      const refused = await client.call("memory_search", args, SURE);
      const body = `{"agent_id": "agent_1", "tool_name": "memory_search", "arguments": ${text}}`;
      const { violations = [] } = await problemIn(await door.post("/calls", JSON.parse(body)));
      const [path] = violations.map((each) => each.path);
      expect(path).toMatch(/^\/arguments\/.*__proto__$/);
      expect(refused).toMatchObject({ isError: true, _meta: { "buddy/retry": "after_change" } });
      expect(textIn(refused)).toContain(`${path} __proto__ cannot be a field name; rename it`);
    }
    const waited = await client.call("buddy_status", JSON.parse('{"__proto__": 1}'));
    expect(textIn(waited)).toContain("/arguments/__proto__");
    expect((await door.deps.executions.list({ limit: 5, next: null })).items).toEqual([]);
  });

  it("a client is refused a tool that it was listed and may use no more, and nothing of it is made", async () => {
    const { url, deps } = await open();
    const known = { agent_id: "agent_1", owner: "olga", allowed_submitters: [], default_confidence: 0.95 };
    await deps.agents.put({ ...known, granted_permissions: ["email_send"] });
    const client = await connect(url);
    expect((await client.list()).tools.map(({ name }) => name)).toContain("msgraph_send_email");
    await deps.agents.put({ ...known, granted_permissions: [] });
    const refused = await client.call("msgraph_send_email", MAIL);
    expect(refused.isError).toBe(true);
    expect(refused._meta?.["buddy/retry"] ?? "").toMatch(/never|after_change/);
    expect((await deps.approvals.list({ status: "open", limit: 10, next: null })).items).toEqual([]);
  });

  it("a client is refused a confidence that is no number from 0 to 1, and an unknown field of _meta", async () => {
    const { url } = await open();
    const client = await connect(url);
    const high = await client.call("memory_search", { query: "a" }, { meta: { "buddy/confidence": 2 } });
    expect(textIn(high)).toContain("/_meta/buddy~1confidence must be a number from 0 to 1");
    const misspelt = await client.call("memory_search", { query: "a" }, { meta: { "buddy/confidense": 0.9 } });
    expect(textIn(misspelt)).toContain('did you mean "buddy/confidence"?');
  });

  it("a client may give back with a call all that stood beside its tool in the list, and beside an answer", async () => {
    const { url } = await open();
    const client = await connect(url);
    const { tools } = await client.list();
    const meta = tools.find(({ name }) => name === "memory_search")?._meta ?? {};
    expect(Object.keys(meta)).toContain("buddy/risk_level");
    const done = await client.call("memory_search", { query: "a" }, { meta });
    expect(done._meta?.["buddy/call"]).toMatchObject({ outcome: "done" });
    const refused = await client.call("memory_search", { query: 1 });
    const again = await client.call("memory_search", { query: "a" }, { meta: { ...done._meta, ...refused._meta } });
    expect(again._meta?.["buddy/call"]).toMatchObject({ outcome: "done" });
    const other = await client.call("msgraph_send_email", MAIL, { meta: { ...meta, ...SURE.meta } });
    expect(textIn(other)).toContain("/_meta/buddy~1contract_hash is not that of the contract in force");
  });

  it("a client says for how long it waits, within what a server takes", async () => {
    const { url } = await open({ changes: heardChanges(realTimer) });
    const client = await connect(url);
    const asked = await client.call("memory_search", { query: "ann" }, { meta: { "buddy/wait_seconds": 0 } });
    expect(asked._meta?.["buddy/call"]).toMatchObject({ outcome: "waiting" });
    const long = await client.call("memory_search", { query: "ann" }, { meta: { "buddy/wait_seconds": 60 } });
    expect(textIn(long)).toContain("/_meta/buddy~1wait_seconds must be at most 25");
  });

  it("a client proposes a plan, waits for it and is told how it stands; the same again is the same", async () => {
    const { url, deps } = await open();
    const client = await connect(url);
    const steps = [{ step_id: "look", tool_name: "memory_search", arguments: { query: "ann" }, confidence: 0.95 }];
    const plan = { key: "look-ann-1", goal: "find Ann", steps };
    const proposed = await client.call("buddy_propose_plan", plan);
    expect(textIn(proposed)).toMatch(/is SUCCEEDED: 1 of 1 steps have ended/);
    await client.call("buddy_propose_plan", plan);
    expect((await deps.executions.list({ limit: 10, next: null })).items).toHaveLength(1);
  });

  it("a client that writes null for what it leaves out is taken as one that leaves it out, by each tool of the door", async () => {
    const { url, deps } = await open();
    const client = await connect(url);
    expect(textIn(await client.call("buddy_status", { id: null }))).toContain("No call of yours waits");
    const unsaid = { arguments: null, depends_on: null, allow_duplicate: null, rationale: null };
    const steps = [{ step_id: "look", tool_name: "memory_search", confidence: 0.95, ...unsaid }];
    const config = { dry_run_only: null, duplicate_window_hours: null };
    const plan = { key: "look-2", goal: null, steps, config, wait_seconds: null };
    const proposed = await client.call("buddy_propose_plan", plan);
    expect(textIn(proposed)).toMatch(/is SUCCEEDED: 1 of 1 steps have ended/);
    const [{ execution_id: id } = { execution_id: "" }] = (await deps.executions.list({ limit: 1, next: null })).items;
    expect(textIn(await client.call("buddy_wait", { id, wait_seconds: null }))).toContain("mem1");
  });

  it("a client is refused null where it may not leave it out, as a confidence, which null does not say", async () => {
    const { url } = await open();
    const client = await connect(url);
    expect(textIn(await client.call("buddy_wait", { id: null }))).toContain("/id must be");
    const step = { step_id: "look", tool_name: "memory_search", arguments: { query: "ann" }, confidence: null };
    const refused = await client.call("buddy_propose_plan", { key: "look-3", steps: [step] });
    expect(textIn(refused)).toContain("/steps/0/confidence must be a number from 0 to 1");
  });

  it("a client is listed null for whatever may be left out of what a tool of the door is given", async () => {
    const { url } = await open();
    const { tools } = await (await connect(url)).list();
    const none = { type: "null" };
    const [propose, wait, status] = tools.map(({ inputSchema }) => inputSchema);
    expect(status?.properties).toMatchObject({
      id: { anyOf: [{ type: "string" }, none], description: expect.stringContaining("all your calls that wait") },
    });
    expect(wait).toMatchObject({ required: ["id"], properties: { id: { type: "string" } } });
    expect(wait?.properties).toMatchObject({ wait_seconds: { default: 20, anyOf: [{ type: "number" }, none] } });
    const step = { allow_duplicate: { anyOf: [{ type: "boolean" }, none] }, confidence: { type: "number" } };
    expect(propose?.properties).toMatchObject({
      steps: { items: { properties: step } },
      config: { anyOf: [{ properties: { dry_run_only: { anyOf: [{ type: "boolean" }, none] } } }, none] },
    });
  });

  it("a client waits for its own calls by their id, and finds no other agent's", async () => {
    const door = await open();
    const client = await connect(door.url);
    const waiting = await client.call("msgraph_send_email", MAIL, SURE);
    const { call_id: id } = z.object({ call_id: z.string() }).parse(waiting._meta?.["buddy/call"]);
    expect(textIn(await client.call("buddy_status"))).toContain(`${id} msgraph_send_email`);
    const other = await connect(door.url, headersOf(as("other-client", ["agent", "agent:agent_2"])));
    expect(textIn(await other.call("buddy_wait", { id }))).toContain("does not exist");
    await decide(door, { decision: "approve" });
    expect((await client.call("buddy_wait", { id }))._meta?.["buddy/call"]).toMatchObject({ outcome: "done" });
  });

  it("a client finds 1,500 contracts page by page, each once", async () => {
    const { url, deps } = await open();
    const search = await deps.contracts.get("memory_search");
    if (search === undefined) throw new Error("no such contract");
    for (let n = 0; n < 1_500; n += 1) {
      await deps.contracts.put({ ...search, tool_name: `many_${n}`, version: 1 });
    }
    const client = await connect(url);
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.list(cursor);
      names.push(...page.tools.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(names.filter((name) => name.startsWith("many_"))).toHaveLength(1_500);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("the name of a tool", () => {
  it("a name with half a character is told in words to be none of a tool's, and nothing went wrong here", async () => {
    const { url, deps } = await open();
    // Later lines name it in a header as well, which cannot hold one: the library refuses it.
    const client = await LINES[0].connect(url);
    for (const name of ["\ud800", "memory_search\udc00"]) {
      const refused = await client.call(name, { query: "ann" }, SURE);
      expect(refused).toMatchObject({ isError: true, _meta: { "buddy/retry": "after_change" } });
      expect(textIn(refused)).toMatch(/\/name holds half of a surrogate pair/);
    }
    expect((await deps.executions.list({ limit: 5, next: null })).items).toEqual([]);
  });

  const behind = (tool_name: string, server: string) =>
    contractOf("LOW", {
      tool_name,
      input_schema: { type: "object", additionalProperties: false },
      binding: { kind: "mcp", server, call: { tool: "read_file" } },
    });
  const [{ connect }] = LINES;

  it("a tool's name never comes to mean another contract: a new tool does not get it, and a double meaning is refused", async () => {
    const door = await open();
    await door.deps.contracts.put(behind("files_read", "files"));
    const client = await connect(door.url);
    expect((await client.list()).tools.map(({ name }) => name)).toContain("read_file");
    const { tool_name: _named, ...contract } = contractOf("LOW", { tool_name: "read_file" });
    const taken = await problemIn(await door.put("/contracts/read_file", contract, as("olga", ["contracts:write"])));
    expect(taken.violations).toMatchObject([{ path: "/tool_name", message: expect.stringContaining("files_read") }]);

    await door.deps.contracts.put(behind("archive_read", "archive"));
    const called = await client.call("read_file", {}, SURE);
    expect(called).toMatchObject({ isError: true, _meta: { "buddy/retry": "after_change" } });
    expect(textIn(called)).toContain("it may mean archive_read or files_read; list the tools again");
    const names = (await client.list()).tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["archive__read_file", "files__read_file"]));
    expect(names).not.toContain("read_file");
  });

  it("a tool's name leads to the contract that it was listed with, where the client says which, and to no later version", async () => {
    const door = await open();
    const client = await connect(door.url);
    const listed = (await client.list()).tools.find(({ name }) => name === "memory_search");
    const meta = { ...SURE.meta, "buddy/contract_hash": listed?._meta?.["buddy/contract_hash"] };
    expect(await client.call("memory_search", { query: "ann" }, { meta })).toMatchObject({
      _meta: { "buddy/call": { outcome: "done" } },
    });
    const known = await door.deps.contracts.get("memory_search");
    if (known === undefined) throw new Error("no such contract");
    await door.deps.contracts.put({ ...known, version: known.version + 1, content_hash: "another" });
    const refused = await client.call("memory_search", { query: "bob" }, { meta });
    expect(refused).toMatchObject({ isError: true, _meta: { "buddy/retry": "after_change" } });
    expect(textIn(refused)).toContain("which has changed since it was listed; list the tools again");
  });
});

describe("a call that its client names", () => {
  const [{ connect }] = LINES;
  const named = (key: string, more = {}) => ({ meta: { ...SURE.meta, "buddy/idempotency_key": key, ...more } });
  const idOf = ({ _meta }: { _meta?: Record<string, unknown> | undefined }) =>
    z.object({ call_id: z.string() }).parse(_meta?.["buddy/call"]).call_id;

  it("a call that its client names is answered for the first one for ever, also after its end was told: it is made once", async () => {
    const door = await open();
    const client = await connect(door.url);
    const waiting = await client.call("msgraph_send_email", MAIL, named("k1"));
    await decide(door, { decision: "approve" });
    const told = await client.call("msgraph_send_email", MAIL, named("k1"));
    const words = { "buddy/wait_seconds": 3, "buddy/rationale": "she asked for it twice" };
    const lost = await client.call("msgraph_send_email", MAIL, named("k1", words));
    for (const each of [told, lost])
      expect(each._meta?.["buddy/call"]).toMatchObject({ outcome: "done", mode: "LIVE" });
    expect([idOf(told), idOf(lost)]).toEqual([idOf(waiting), idOf(waiting)]);
    expect(await ledgerOf(door)).toBe(1);
  });

  it("a call that its client names is refused under the key of another call, and nothing of it is made", async () => {
    const door = await open();
    const client = await connect(door.url);
    await client.call("msgraph_send_email", MAIL, named("k1"));
    const other = await client.call("msgraph_send_email", { ...MAIL, subject: "Another" }, named("k1"));
    expect(other.isError).toBe(true);
    expect(textIn(other)).toContain("came with another body before");
    expect(other._meta?.["buddy/retry"]).toBe("after_change");
    expect(textIn(other)).toContain("change first what is named here");
    expect((await door.deps.executions.list({ limit: 10, next: null })).items).toHaveLength(1);
    const agents = await connect(door.url, headersOf(as("other-client", ["agent", "agent:agent_2"])));
    const theirs = await agents.call("memory_search", { query: "ann" }, named("k1"));
    expect(theirs._meta?.["buddy/call"]).toMatchObject({ outcome: "done" });
  });
});

describe("a client that can show its person a page", () => {
  const asking = async (url: string, answer: (shown: string) => Promise<"accept" | "decline">) => {
    const shown: string[] = [];
    const client = new Client(
      { name: "shows", version: "1" },
      { versionNegotiation: { mode: "auto" }, capabilities: { elicitation: { url: {} } } },
    );
    client.setRequestHandler("elicitation/create", async ({ params }) => {
      if (params.mode !== "url") throw new Error("another page was to be shown");
      shown.push(params.url);
      return { action: await answer(params.url) };
    });
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: headersOf() } }));
    const mail = { name: "msgraph_send_email", arguments: MAIL, _meta: SURE.meta };
    return { shown, result: await client.callTool(mail) };
  };

  it("a client that can show its person a page is asked to, once, and its call goes on when that was decided", async () => {
    const door = await open();
    const { shown, result } = await asking(door.url, async () => {
      await decide(door, { decision: "approve" });
      return "accept";
    });
    expect(shown).toEqual([expect.stringMatching(/^http:.*\/console\/requests\/ap-/)]);
    expect(result._meta?.["buddy/call"]).toMatchObject({ outcome: "done", mode: "LIVE" });
  });

  it("a client may decline to show a page: the call waits all the same, and what the client says decides nothing", async () => {
    const door = await open();
    const declined = await asking(door.url, async () => "decline");
    expect(declined.result._meta?.["buddy/call"]).toMatchObject({ outcome: "waiting", for: "approval" });
    const accepted = await asking(door.url, async () => "accept");
    expect(accepted.result._meta?.["buddy/call"]).toMatchObject({ outcome: "waiting", attached: true });
  });
});

describe("many calls that wait", () => {
  it("many calls that wait are limited for one agent, which is told so; others are answered", async () => {
    const door = await open();
    const asked_at = new Date(door.time.now).toISOString();
    const [{ connect }] = LINES;
    const client = await connect(door.url);
    const first = await client.call("msgraph_send_email", MAIL, SURE);
    const { call_id } = z.object({ call_id: z.string() }).parse(first._meta?.["buddy/call"]);
    for (let n = 0; n < 999; n += 1) {
      const call = { agent_id: "agent_1", same_call: `call-${n}`, execution_id: call_id, asked_at };
      await door.deps.askedCalls.claim(call, null);
    }
    const next = await client.call("msgraph_send_email", { ...MAIL, subject: "Another" }, SURE);
    expect(next).toMatchObject({ isError: true, _meta: { "buddy/retry": "later" } });
    expect(textIn(next)).toContain("1000 calls of agent agent_1 wait already");
    const other = await connect(door.url, headersOf(as("other-client", ["agent", "agent:agent_2"])));
    const read = await other.call("memory_search", { query: "ann" }, SURE);
    expect(read._meta?.["buddy/call"]).toMatchObject({ outcome: "done" });
  });

  it("many calls that wait keep nobody from being answered, nor does a client that sends slowly", async () => {
    const door = await open();
    door.slow();
    const [{ connect }] = LINES;
    const waiting = await connect(door.url);
    const giving = new AbortController();
    const calls = Array.from({ length: 50 }, (_, n) =>
      waiting
        .call("msgraph_send_email", { ...MAIL, subject: `Hello ${n}` }, { ...SURE, signal: giving.signal })
        .catch(() => "given up"),
    );
    await expect.poll(() => door.workflow.started.length, { timeout: 30_000 }).toBe(50);
    const { hostname, port } = new URL(door.url);
    const slow = createConnection({ host: hostname, port: Number(port) });
    slow.write(
      "POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    );
    const other = await connect(door.url, headersOf(as("other-client", ["agent", "agent:agent_2"])));
    expect((await other.list()).tools.length).toBeGreaterThan(3);
    giving.abort();
    expect(await Promise.all(calls)).toEqual(calls.map(() => "given up"));
    slow.destroy();
  });
});

describe("a client that asks and reads no answer", () => {
  it("a client that asks and reads no answer keeps nobody from being answered", async () => {
    const door = await open();
    const { hostname, port } = new URL(door.url);
    const { authorization } = headersOf();
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} });
    const head = [
      "POST /mcp HTTP/1.1",
      "host: 127.0.0.1",
      `authorization: ${authorization}`,
      "content-type: application/json",
      "accept: application/json, text/event-stream",
      `content-length: ${body.length}`,
    ].join("\r\n");
    const reader = createConnection({ host: hostname, port: Number(port) });
    reader.pause();
    for (let n = 0; n < 50; n += 1) reader.write(`${head}\r\n\r\n${body}`);
    const [{ connect }] = LINES;
    const other = await connect(door.url, headersOf(as("other-client", ["agent", "agent:agent_2"])));
    const read = await other.call("memory_search", { query: "ann" }, SURE);
    expect(read._meta?.["buddy/call"]).toMatchObject({ outcome: "done" });
    reader.destroy();
  });
});

const posted = (door: Door, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(door.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headersOf(),
      ...headers,
    },
    body,
  });

describe("what is no message of the protocol", () => {
  it("what is no message of the protocol is answered as one: malformed JSON, a key twice, another type or version", async () => {
    const door = await open();
    const malformed = await posted(door, "{");
    expect(malformed.status).toBe(400);
    expect(await malformed.json()).toMatchObject({ jsonrpc: "2.0", id: null, error: { code: -32_700 } });
    const twice = await posted(door, '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}');
    expect(await twice.json()).toMatchObject({ error: { message: expect.stringContaining("stands twice") } });
    expect((await posted(door, "a", { "content-type": "text/plain" })).status).toBe(415);
    const call = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} });
    const unknown = await posted(door, call, { "mcp-protocol-version": "1999-01-01" });
    expect(unknown.status).toBe(400);
    expect(await unknown.json()).toMatchObject({ jsonrpc: "2.0", error: { message: expect.any(String) } });
  });

  it("a body of four megabytes is refused by the door with the limit, and others are answered", async () => {
    const door = await open();
    const params = { name: "memory_search", arguments: { query: "x".repeat(4_194_304) } };
    const large = await posted(door, JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }));
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ error: { message: expect.stringContaining("4194304 bytes") } });
    const [{ connect }] = LINES;
    expect((await (await connect(door.url)).list()).tools.length).toBeGreaterThan(3);
  });

  it("a message is refused by the size of its arguments before they are looked at, a call's like a plan's", async () => {
    const door = await open();
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, place) => [`k${place}`, place]));
    const [{ connect }] = LINES;
    const client = await connect(door.url);
    const step = { step_id: "s", tool_name: "memory_search", arguments: wide };
    const calls = [
      ["memory_search", wide, "/arguments"],
      ["buddy_propose_plan", { key: "k", steps: [step] }, "/steps/0/arguments"],
    ] as const;
    for (const [name, args, place] of calls) {
      const refused = await client.call(name, args, SURE);
      expect(refused).toMatchObject({ isError: true, _meta: { "buddy/retry": "after_change" } });
      expect(textIn(refused)).toContain(`${place} has `);
      expect(textIn(refused)).toContain("the arguments of one step may have 65536");
    }
    expect((await door.deps.executions.list({ limit: 10, next: null })).items).toEqual([]);
  });

  it("a body of more than a hundred messages is refused; as many are answered each by itself", async () => {
    const door = await open();
    const batch = (count: number) =>
      JSON.stringify(Array.from({ length: count }, (_, id) => ({ jsonrpc: "2.0", id, method: "ping" })));
    const many = await posted(door, batch(101));
    expect(many.status).toBe(400);
    expect(await many.json()).toMatchObject({
      error: { code: -32_600, message: expect.stringContaining("a batch of 101 messages, and at most 100") },
    });
    const answered = await posted(door, batch(100));
    expect(answered.status).toBe(200);
    expect((await answered.text()).match(/"result"/g)).toHaveLength(100);
  });

  it.each([
    ["no message", "7"],
    ["no line of the protocol", '{"id":1,"method":"ping"}'],
    ["an id that is an object", '{"jsonrpc":"2.0","id":{},"method":"ping"}'],
    ["a method that is a number", '{"jsonrpc":"2.0","id":1,"method":7}'],
    ["parameters that are a text", '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":"x"}'],
    ["an id that has no end", `{"jsonrpc":"2.0","id":${"[".repeat(50_000)}${"]".repeat(50_000)},"method":"ping"}`],
    ["a batch of nothing", "[]"],
  ])("a body that is no message is refused as a request, and others are answered: %s", async (_, body) => {
    const door = await open();
    const refused = await posted(door, body);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ jsonrpc: "2.0", error: { code: -32_600 } });
    expect((await posted(door, '{"jsonrpc":"2.0","id":1,"method":"ping"}')).status).toBe(200);
    expect(door.logged.map(({ message }) => message)).not.toContain("a request failed");
  });

  it.each([
    ["a method that there is not", "tools/destroy", {}, -32_601],
    ["a call of nothing", "tools/call", {}, -32_602],
    ["arguments that are a list", "tools/call", { name: "memory_search", arguments: [1] }, -32_602],
  ])("a message that is none of the protocol is answered with its error: %s", async (_, method, params, code) => {
    const door = await open();
    const answered = await posted(door, JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
    expect(await answered.text()).toContain(`"code":${code}`);
  });

  it("a message comes from no page of elsewhere, whatever that page's name leads to", async () => {
    const door = await open();
    expect((await posted(door, "{}", { origin: "https://evil.example" })).status).toBe(403);
    const own = await posted(door, '{"jsonrpc":"2.0","id":1,"method":"ping"}', { origin: "http://127.0.0.1:9" });
    expect(own.status).toBe(200);
  });

  it("a message to the door needs a token, and has no stream to listen to", async () => {
    const door = await open();
    const nobody = await posted(door, "{}", { authorization: "" });
    expect(nobody.status).toBe(401);
    expect(nobody.headers.get("www-authenticate")).toContain("Bearer");
    const stream = await fetch(door.url, { headers: headersOf() });
    expect(stream.status).toBe(405);
    expect(stream.headers.get("allow")).toBe("POST");
  });
});

describe("an agent with grants", () => {
  it("an agent with grants is shown the tools whose permissions it has, and no others", async () => {
    const door = await open();
    await door.deps.agents.put({
      agent_id: "agent_1",
      owner: "olga",
      granted_permissions: ["ghl_access"],
      allowed_submitters: [],
      default_confidence: null,
    });
    const [{ connect }] = LINES;
    const names = (await (await connect(door.url)).list()).tools.map(({ name }) => name);
    expect(names).toContain("ghl_search");
    expect(names).not.toContain("msgraph_send_email");
  });
});
