import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { runBuddy } from "../../cli/program.ts";
import { localPrograms } from "../../cli/terminal/local-programs.ts";
import { jsonLines } from "../../functions/adapters/log/json-lines.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import { submitted } from "../../functions/api/schemas.ts";
import { setSecret } from "../../local/secrets-file.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { mintToken } from "../../local/tokens.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { SCOPES } from "../../shared/scopes.ts";
import { fakeContext } from "../cli/fake-context.ts";
import { type Crm, READ_SECRET, startCrm, WRITE_SECRET } from "../counterparts/crm.ts";
import { GHL_READ_SECRET, GHL_WRITE_SECRET, type GoHighLevel, startGoHighLevel } from "../counterparts/gohighlevel.ts";
import { GRAPH_SECRET, type Graph, startGraph } from "../counterparts/graph.ts";
import { contactsContract, mailContract, SENDER } from "../functions/tools/builtin/vendor-tools.ts";
import { createContact, searchContacts, setFields, setFieldsByKey } from "../functions/tools/http/crm-tools.ts";
import { call, plan } from "../harness/plans.ts";

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
let server: RunningServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-canary-"));
  crm = await startCrm({ c1: { stage: "new", note: null }, c2: { stage: "new", note: null } });
  crm.echoAuthorization();
  graph = await startGraph(SENDER);
  ghl = await startGoHighLevel();
  ghl.contacts.set("c1", { firstName: "Ann", lastName: GHL_WRITE_SECRET, city: `was ${GHL_READ_SECRET}` });
  await setSecret(folder, "read/crm", READ_SECRET);
  await setSecret(folder, "write/crm", WRITE_SECRET);
  await setSecret(folder, "write/msgraph", GRAPH_SECRET);
  await setSecret(folder, "read/gohighlevel", GHL_READ_SECRET);
  await setSecret(folder, "write/gohighlevel", GHL_WRITE_SECRET);
  server = await startServer({
    data_dir: folder,
    port: 0,
    live_enabled: true,
    registry_open: true,
    allowed_hosts: [crm.host, graph.host, ghl.host],
    authorities: [crm.cert, graph.cert, ghl.cert],
    policy: { settling_seconds: 0 },
    observe: noting,
    log: jsonLines({ least: "info", write: (line) => note("log", line), details: true }),
    tell: (line) => note("start", line),
  });
});
afterAll(async () => {
  await Promise.all([crm, graph, ghl].map((counterpart) => counterpart.stop()));
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
const approved = async (id: string): Promise<void> => {
  await until(id, "asked");
  await buddy("approvals", "--as", "bob");
  await buddy("approve", "--all", "--as", "bob", "--yes");
};

it("the text of no secret is in anything that Buddy writes or says, though the service says it back in every answer", async () => {
  const ungated = { dependencies: [], required_permissions: [] };
  const mail = { ...mailContract(graph), ...ungated, tool_name: "real_mail" };
  const update = { ...contactsContract("ghl_update_contact", ghl), ...ungated, tool_name: "real_update" };
  for (const contract of [setFields(crm), setFieldsByKey(crm), createContact(crm), searchContacts(crm), mail, update]) {
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
  await vi.waitUntil(async () => (await server.stack.deps.steps.get(unknown, "s1"))?.state === "AWAITING_APPROVAL", {
    timeout: 30_000,
  });
  const [question] = (await server.stack.deps.approvals.ofExecution(unknown)).filter(
    ({ kind }) => kind === "reconcile",
  );
  await ask("GET", `/approvals/${question?.approval_id}`);
  await buddy("reconcile", question?.approval_id ?? "", "--happened", "--comment", "seen", "--as", "ann");

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

  await buddy("rollback", undone, "--reason", "the wrong one", "--as", "olga");
  await until(undone, "ended");
  await vi.waitUntil(() => crm.effects.some((effect) => effect.startsWith("changed c1") && effect.includes("new")), {
    timeout: 30_000,
  });
  await until(undone, "ended");

  const executions = [undone, read, lookedUp, sentAgain, refused, unknown, absent, mailed, found, changed];
  for (const id of executions) {
    for (const command of ["status", "events", "artifacts", "verify"]) await buddy(command, id);
    for (const path of ["", "/events", "/record", "/steps/s1", "/artifacts"])
      await ask("GET", `/executions/${id}${path}`);
    for (const name of await server.stack.deps.artifactFiles.list(id)) {
      note(`artifact ${name}`, (await server.stack.deps.artifactFiles.read(id, name)) ?? "");
    }
  }
  for (const command of ["status", "approvals", "system", "health", "signals", "contracts list", "agents list"]) {
    await buddy(...command.split(" "));
  }
  for (const path of ["/approvals", "/contracts", "/system", "/health", "/signals", "/openapi.json"])
    await ask("GET", path);

  await server.stop();
  for (const name of await readdir(folder, { recursive: true })) {
    if (name === "secrets.json") continue;
    const text = await readFile(join(folder, name), "latin1").catch(() => "");
    note(`file ${name}`, text);
  }
  const kinds = ["table", "log", "API", "buddy", "artifact", "file"];
  for (const kind of kinds)
    expect(
      seen.some(({ where }) => where.startsWith(kind)),
      kind,
    ).toBe(true);
  const masked = seen.filter(({ text }) => text.includes("(secret)")).map(({ where }) => where.split(" ")[0]);
  expect(new Set(masked)).toEqual(new Set(["table", "API", "buddy", "artifact", "file"]));
  expect(seen.filter(({ text }) => text.includes("canary-")).map(({ where }) => where)).toEqual([]);
}, 120_000);
