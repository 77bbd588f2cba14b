import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { z } from "zod";
import { runBuddy } from "../../cli/program.ts";
import { localPrograms } from "../../cli/terminal/local-programs.ts";
import { jsonLines } from "../../functions/adapters/log/json-lines.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import { serverTools, submitted, webhookCreated } from "../../functions/api/schemas.ts";
import { setSecret } from "../../local/secrets-file.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { mintToken } from "../../local/tokens.ts";
import { type JsonObject, jsonObject } from "../../shared/plan/json.ts";
import { SCOPES } from "../../shared/scopes.ts";
import { fakeContext } from "../cli/fake-context.ts";
import { type Crm, READ_SECRET, startCrm, WRITE_SECRET } from "../counterparts/crm.ts";
import { GHL_READ_SECRET, GHL_WRITE_SECRET, type GoHighLevel, startGoHighLevel } from "../counterparts/gohighlevel.ts";
import { GRAPH_SECRET, type Graph, startGraph } from "../counterparts/graph.ts";
import { listeningPort } from "../counterparts/listening-port.ts";
import { type ContactsOverHttp, startContacts } from "../counterparts/mcp-over-http.ts";
import { BOT_TOKEN, CHANNEL, type Slack, startSlack } from "../counterparts/slack.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../counterparts/webhook-receiver.ts";
import { contactsContract, mailContract, SENDER } from "../functions/tools/builtin/vendor-tools.ts";
import { createContact, searchContacts, setFields, setFieldsByKey } from "../functions/tools/http/crm-tools.ts";
import { makeContact, overHttp, setContact } from "../functions/tools/mcp/contact-tools.ts";
import { moveCard } from "../functions/tools/worker/card-tools.ts";
import { call, plan } from "../harness/plans.ts";

const SLACK_SIGNING = "8f742231b10e8888abcd99yyyzzz85a5";
const SLACK_APP = { slack_signing_secret: SLACK_SIGNING, slack_bot_token: BOT_TOKEN, slack_channel: CHANNEL };

const MCP_READ_SECRET = "canary-mcp-read-51c07e9d";
const MCP_WRITE_SECRET = "canary-mcp-write-a2f4b861";

/** Everything that leaves the product, by where it was seen. */
const seen: { readonly where: string; readonly text: string }[] = [];
const note = (where: string, text: string): void => {
  seen.push({ where, text });
};

const noting = (table: Table): Table => ({
  ...table,
  put: (item, condition) => {
    note("table", JSON.stringify(item));
    return table.put(item, condition);
  },
  update: (key, change, condition) => {
    note("table", JSON.stringify([key, change]));
    return table.update(key, change, condition);
  },
});

const notingFetch: typeof fetch = async (...asked) => {
  const answer = await fetch(...asked);
  note(`API ${String(asked[0])}`, await answer.clone().text());
  return answer;
};

let folder = "";
let crm: Crm;
let graph: Graph;
let ghl: GoHighLevel;
let mcp: ContactsOverHttp;
let slack: Slack;
let receiver: WebhookReceiver;
let collector: Server;
let server: RunningServer;
let endWorker = async (): Promise<void> => {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-canary-"));
  crm = await startCrm({ c1: { stage: "new", note: null }, c2: { stage: "new", note: null } });
  crm.echoAuthorization();
  graph = await startGraph(SENDER);
  ghl = await startGoHighLevel();
  ghl.contacts.set("c1", { firstName: "Ann", lastName: GHL_WRITE_SECRET, city: `was ${GHL_READ_SECRET}` });
  mcp = await startContacts();
  mcp.fresh();
  mcp.contacts.set("c1", { stage: "new", note: null, owner: MCP_WRITE_SECRET, was: `once ${MCP_READ_SECRET}` });
  mcp.failure = `nobody of ${MCP_WRITE_SECRET} may, nor of ${MCP_READ_SECRET}`;
  slack = await startSlack(SLACK_SIGNING);
  receiver = await startWebhookReceiver();
  collector = createServer((request, response) => {
    let body = "";
    request.setEncoding("latin1").on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      note("span", body);
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => {
    collector.listen(0, "127.0.0.1", resolve);
  });
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", `http://127.0.0.1:${listeningPort(collector)}`);
  await setSecret(folder, "read/crm", READ_SECRET);
  await setSecret(folder, "write/crm", WRITE_SECRET);
  await setSecret(folder, "read/contacts", MCP_READ_SECRET);
  await setSecret(folder, "write/contacts", MCP_WRITE_SECRET);
  await setSecret(folder, "write/msgraph", GRAPH_SECRET);
  await setSecret(folder, "read/gohighlevel", GHL_READ_SECRET);
  await setSecret(folder, "write/gohighlevel", GHL_WRITE_SECRET);
  server = await startServer({
    data_dir: folder,
    port: 0,
    live_enabled: true,
    registry_open: true,
    allowed_hosts: [crm, graph, ghl, mcp, slack, receiver].map(({ host }) => host),
    authorities: [crm.cert, graph.cert, ghl.cert],
    policy: { settling_seconds: 0 },
    observe: noting,
    log: jsonLines({ least: "info", write: (line) => note("log", line), details: true }),
    tell: (line) => note("start", line),
  });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  collector.close();
  collector.closeAllConnections();
  await Promise.all([crm, graph, ghl, mcp, slack, receiver].map((counterpart) => counterpart.stop()));
  await rm(folder, { recursive: true, force: true });
});

const buddy = async (...argv: string[]): Promise<string> => {
  const fake = fakeContext({});
  const context = {
    ...fake.context,
    fetch: notingFetch,
    local: localPrograms,
    now: () => new Date(),
    wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  };
  await runBuddy(context, ["--endpoint", server.url, "--data", folder, ...argv]);
  const said = fake.stdout() + fake.stderr();
  note(`buddy ${argv.join(" ")}`, said);
  for (const [name, bytes] of fake.files) note(`file ${name}`, String(bytes));
  return said;
};

const ask = async (method: string, path: string, body?: JsonObject): Promise<Response> => {
  const token = await mintToken(folder, { name: "auditor", scopes: SCOPES, now: new Date() });
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return notingFetch(`${server.url}${path}`, { method, headers, ...sent });
};

/** A worker of the team, over the API as any: it is asked with what is on record, and says that it did it. */
const startWorker = async (): Promise<string> => {
  const token = await mintToken(folder, { name: "ada", scopes: ["work:cards"], now: new Date() });
  const stopped = new AbortController();
  const post = (path: string, body: JsonObject): Promise<Response> =>
    notingFetch(`${server.url}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: stopped.signal,
    });
  const taken = z.object({ call: z.object({ call_id: z.string(), rung: z.string() }).nullable() });
  const work = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const answer = await post("/work/next", { tools: ["card_move"], wait_seconds: 5 });
      const { call: asked } = taken.parse(await answer.json());
      const output = asked?.rung === "call" ? { moved: true } : { changes: [] };
      if (asked !== null) await post(`/work/${asked.call_id}/outcome`, { outcome: "committed", output });
    }
  };
  const working = work().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error;
  });
  endWorker = () => {
    stopped.abort();
    return working;
  };
  return token;
};

/** A contract of a server's tool, with the tools as the server describes them now. */
const pinned = async ({ binding, ...contract }: JsonObject): Promise<JsonObject> => {
  const { tools } = serverTools.parse(await (await ask("GET", "/servers/contacts/tools")).json());
  const pins = tools.filter(({ name }) => name !== "make_contact");
  return { ...contract, binding: { ...jsonObject.parse(binding), pins } };
};

const submit = async (tool: string, args: JsonObject): Promise<string> => {
  const answer = await ask("POST", "/executions", { plans: [plan("p", [call("s1", tool, args)])] });
  return submitted.parse(await answer.json()).execution_id;
};
const until = (id: string, status: "ended" | "asked") =>
  vi.waitUntil(
    async () => {
      const execution = await server.stack.deps.executions.get(id);
      if (status === "ended") return execution?.ended_at !== null && execution?.status !== "RUNNING";
      return (await server.stack.deps.approvals.ofExecution(id)).some((request) => request.status === "open");
    },
    { timeout: 30_000, interval: 20 },
  );
/** The request by which a person is asked what became of a call, once there is one. */
const whetherItHappened = (id: string): Promise<string> =>
  vi.waitUntil(
    async () =>
      (await server.stack.deps.approvals.ofExecution(id)).find(({ kind }) => kind === "reconcile")?.approval_id,
    { timeout: 30_000, interval: 20 },
  );
const approved = async (id: string): Promise<void> => {
  await until(id, "asked");
  await buddy("approvals", "--as", "bob");
  await buddy("approve", "--all", "--as", "bob", "--yes");
};

it("the text of no secret is in anything that Buddy writes or says, though the service says it back in every answer", async () => {
  const ungated = { dependencies: [], required_permissions: [] };
  const mail = { ...mailContract(graph), ...ungated, tool_name: "real_mail" };
  const update = { ...contactsContract("ghl_update_contact", ghl), ...ungated, tool_name: "real_update" };
  const published = vi.spyOn(server.stack.deps.bus, "publish");
  const tell = async (body: JsonObject): Promise<string> =>
    webhookCreated.parse(await (await ask("POST", "/webhooks", body)).json()).secret;
  const signed_with = await tell({ url: receiver.url });
  receiver.trust(signed_with);
  await tell({ url: slack.url, kind: "slack", ...SLACK_APP });
  const worker = await startWorker();
  const move = moveCard();
  const placed = await ask("PUT", "/servers/contacts", overHttp(mcp.url));
  expect(placed.status).toBe(201);
  const https = [setFields(crm), setFieldsByKey(crm), createContact(crm), searchContacts(crm)];
  for (const contract of [...https, await pinned(setContact()), makeContact(), mail, update, move]) {
    const put = await ask("PUT", `/contracts/${String(contract.tool_name)}`, contract);
    expect(put.status).toBe(201);
  }
  await buddy("tools", "try", "crm_set_fields", "--arguments", '{"contact_id":"c1","stage":"won"}');
  await buddy("tools", "try", "crm_search", "--arguments", "{}");

  const undone = await submit("crm_set_fields", { contact_id: "c1", stage: "won" });
  await approved(undone);
  await until(undone, "ended");
  const read = await submit("crm_search", { q: "x" });
  await until(read, "ended");

  // A worker is told what a service said, as it is on record.
  const search = call("s0", "crm_search", { q: "x" });
  const said = { $from: "s0", path: "/you_sent" };
  const told = call("s1", "card_move", { card: said, stage: "won" }, { after: ["s0"] });
  const handed = await ask("POST", "/executions", { plans: [plan("p", [search, told])] });
  const worked = submitted.parse(await handed.json()).execution_id;
  await approved(worked);
  await until(worked, "ended");

  const lookedUp = await submit("crm_set_fields", { contact_id: "c2", stage: "won" });
  await until(lookedUp, "asked");
  crm.misbehaveOn("PUT", "reset_in_the_body");
  await approved(lookedUp);
  await until(lookedUp, "ended");

  const sentAgain = await submit("crm_set_by_key", { contact_id: "c2", stage: "lost" });
  await until(sentAgain, "asked");
  crm.misbehaveOn("PUT", "fail_after_acting");
  await approved(sentAgain);
  await until(sentAgain, "ended");

  const refused = await submit("crm_set_fields", { contact_id: "c2", stage: "won again" });
  await until(refused, "asked");
  crm.misbehaveOn("PUT", "refuse");
  await approved(refused);
  await until(refused, "ended");

  const unknown = await submit("crm_create", { stage: "lead" });
  await until(unknown, "asked");
  crm.misbehaveOn("POST", "fail_after_acting");
  await approved(unknown);
  const question = await whetherItHappened(unknown);
  await ask("GET", `/approvals/${question}`);
  await buddy("reconcile", question, "--happened", "--comment", "seen", "--as", "ann");

  const absent = await submit("crm_set_fields", { contact_id: "none", stage: "won" });
  await until(absent, "ended");

  const letter = { to: "ann@example.com", subject: "Hello", body: "As agreed" };
  const mailed = await submit("real_mail", letter);
  await approved(mailed);
  await until(mailed, "ended");
  const found = await submit("real_mail", { ...letter, subject: "Again" });
  await until(found, "asked");
  graph.lapse("fail_after_acting");
  await approved(found);
  await until(found, "ended");
  const changed = await submit("real_update", { contact_id: "c1", fields: { first_name: "Anna" } });
  await approved(changed);
  await until(changed, "ended");
  expect([graph.outbox.length, ghl.effects]).toEqual([2, ["changed c1"]]);

  await buddy("tools", "try", "contacts_set", "--arguments", '{"contact_id":"c1","stage":"won"}');
  const atServer = await submit("contacts_set", { contact_id: "c1", stage: "won" });
  await approved(atServer);
  await until(atServer, "ended");
  const foundThere = await submit("contacts_set", { contact_id: "c1", stage: "lost" });
  await until(foundThere, "asked");
  mcp.plans.push("error_after_acting");
  await approved(foundThere);
  await until(foundThere, "ended");
  const notFound = await submit("contacts_set", { contact_id: "none", stage: "won" });
  await until(notFound, "ended");
  const unknownThere = await submit("contacts_make", { stage: "lead" });
  await until(unknownThere, "asked");
  mcp.plans.push("error_after_acting");
  await approved(unknownThere);
  await whetherItHappened(unknownThere);
  await buddy("approvals", "--as", "ann");
  await buddy("abort", unknownThere, "--reason", "seen", "--as", "olga");
  expect(mcp.effects).toEqual(['changed c1 {"stage":"won"}', 'changed c1 {"stage":"lost"}', "made n3"]);
  mcp.description = `Changes a contact, as ${MCP_WRITE_SECRET}`;
  const held = await submit("contacts_set", { contact_id: "c1", stage: "open" });
  await until(held, "ended");
  expect(await server.stack.deps.steps.get(held, "s1")).toMatchObject({
    state: "DRY_RUN",
    ceiling_reasons: [{ cause: "quarantine" }],
  });
  await ask("GET", "/contracts/contacts_set/definitions");
  for (const words of ["contracts show contacts_set", "servers list", "servers check", "contracts import mcp contacts"])
    await buddy(...words.split(" "));

  await buddy("rollback", undone, "--reason", "the wrong one", "--as", "olga");
  await until(undone, "ended");
  await vi.waitUntil(() => crm.effects.some((effect) => effect.startsWith("changed c1") && effect.includes("new")), {
    timeout: 30_000,
  });
  await until(undone, "ended");

  const executions = [
    ...[undone, read, worked, lookedUp, sentAgain, refused, unknown, absent, mailed, found, changed],
    ...[atServer, foundThere, notFound, unknownThere, held],
  ];
  for (const id of executions) {
    for (const command of ["status", "events", "artifacts", "verify"]) await buddy(command, id);
    for (const path of ["", "/events", "/record", "/steps/s1", "/artifacts", "/rollback"])
      await ask("GET", `/executions/${id}${path}`);
    for (const name of await server.stack.deps.artifactFiles.list(id)) {
      note(`artifact ${name}`, (await server.stack.deps.artifactFiles.read(id, name)) ?? "");
    }
  }
  for (const command of ["status", "approvals", "system", "health", "signals", "contracts list", "agents list"]) {
    await buddy(...command.split(" "));
  }
  const lists = ["/approvals", "/executions", "/contracts", "/agents", "/servers", "/work", "/webhooks", "/away"];
  for (const path of [...lists, "/system", "/system/held", "/health", "/calibration", "/signals", "/openapi.json"]) {
    await ask("GET", path);
  }
  for (const path of ["", "/config.json", "/approvals", `/executions/${undone}`]) {
    const shown = await fetch(`${server.url}/console${path}`);
    note(`console ${path}`, await shown.text());
  }
  await vi.waitUntil(() => slack.channel.length > 0 && receiver.received.length > 0, { timeout: 30_000 });

  await endWorker();
  await server.stop();
  for (const message of slack.channel) note("slack", JSON.stringify(message));
  for (const { verified, payload } of receiver.received) note("webhook", JSON.stringify([verified, payload]));
  for (const [events] of published.mock.calls) note("bus", JSON.stringify(events));
  for (const name of await readdir(folder, { recursive: true })) {
    if (name === "secrets.json" || name.startsWith("webhooks/")) continue;
    const text = await readFile(join(folder, name), "latin1").catch(() => "");
    note(`file ${name}`, text);
  }
  const kinds = ["table", "log", "API", "buddy", "artifact", "file", "span", "slack", "webhook", "bus", "console"];
  for (const kind of kinds)
    expect(
      seen.some(({ where }) => where.startsWith(kind)),
      kind,
    ).toBe(true);
  const masked = seen.filter(({ text }) => text.includes("(secret)")).map(({ where }) => where.split(" ")[0]);
  expect(new Set(masked)).toEqual(new Set(["table", "API", "buddy", "artifact", "file", "slack"]));
  expect(seen.filter(({ text }) => text.includes("canary-")).map(({ where }) => where)).toEqual([]);
  for (const secret of [worker, BOT_TOKEN, SLACK_SIGNING]) {
    expect(seen.filter(({ text }) => text.includes(secret)).map(({ where }) => where)).toEqual([]);
  }
  // It is shown to who registers the address, and never again.
  const shown = seen.filter(({ text }) => text.includes(signed_with)).map(({ where }) => where);
  expect(shown).toEqual([`API ${server.url}/webhooks`]);
  expect(receiver.received.every(({ verified }) => verified)).toBe(true);
}, 120_000);
