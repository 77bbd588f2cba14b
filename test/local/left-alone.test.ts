import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { approvalQueue, executionDetail, submitted, systemState } from "../../functions/api/schemas.ts";
import { setSecret } from "../../local/secrets-file.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { mintToken } from "../../local/tokens.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { SCOPES } from "../../shared/scopes.ts";
import { type Crm, type Misbehaviour, READ_SECRET, startCrm, WRITE_SECRET } from "../counterparts/crm.ts";
import { searchContacts, setFields } from "../functions/tools/http/crm-tools.ts";
import { call, plan } from "../harness/plans.ts";

let folder = "";
let server: RunningServer;
/** Each is a service of its own. */
const crms: Crm[] = [];
const startService = async (misbehaves: () => Misbehaviour | undefined = () => undefined): Promise<Crm> => {
  const crm = await startCrm({ c1: { stage: "new", note: null } }, { misbehaves });
  crms.push(crm);
  return crm;
};
/** So many requests are answered before the service falls silent. */
let answers = Number.POSITIVE_INFINITY;
const untilSilent = (): Misbehaviour | undefined => {
  answers -= 1;
  return answers < 0 ? "silent_after_acting" : undefined;
};
let busy: Crm;
let silent: Crm;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-left-alone-"));
  [busy, silent] = [await startService(), await startService(untilSilent)];
  await setSecret(folder, "read/crm", READ_SECRET);
  await setSecret(folder, "write/crm", WRITE_SECRET);
  server = await startServer({
    data_dir: folder,
    port: 0,
    live_enabled: true,
    registry_open: true,
    allowed_hosts: crms.map(({ host }) => host),
    authorities: crms.map(({ cert }) => cert),
    policy: { settling_seconds: 0 },
  });
});
afterAll(async () => {
  await server.stop();
  for (const crm of crms) await crm.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

const ask = async <Schema extends z.ZodType>(
  schema: Schema,
  method: string,
  path: string,
  { as = "sam", body }: { readonly as?: string; readonly body?: JsonObject } = {},
): Promise<z.output<Schema>> => {
  const token = await mintToken(folder, { name: as, scopes: SCOPES, now: new Date() });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${server.url}${path}`, { method, headers, ...sent });
  const text = await answer.text();
  expect(answer.ok, `${method} ${path}: ${answer.status} ${text}`).toBe(true);
  return schema.parse(JSON.parse(text));
};

const put = (contract: JsonObject) =>
  ask(z.unknown(), "PUT", `/contracts/${String(contract.tool_name)}`, { as: "olga", body: contract });

const submit = async (steps: ReturnType<typeof call>[], deadline_seconds?: number): Promise<string> => {
  const limit = deadline_seconds === undefined ? {} : { deadline_seconds };
  const body = { plans: [plan("p", steps, limit)] };
  return (await ask(submitted, "POST", "/executions", { body })).execution_id;
};

const executionOf = (id: string) => ask(executionDetail, "GET", `/executions/${id}`);
const ended = (id: string) =>
  expect.poll(async () => (await executionOf(id)).status, { timeout: 30_000 }).not.toBe("RUNNING");

/** Approves so many calls of an execution, as soon as they are asked about. */
const approve = async (id: string, count: number): Promise<void> => {
  const asked = async () => {
    const { plans } = await ask(approvalQueue, "GET", `/approvals?execution=${id}`);
    return plans.flatMap(({ approvals }) => approvals);
  };
  await expect.poll(async () => (await asked()).length, { timeout: 30_000 }).toBe(count);
  for (const { approval_id, digest } of await asked()) {
    const body = { decision: "approve", digest };
    await ask(z.unknown(), "POST", `/approvals/${approval_id}/decision`, { as: "bob", body });
  }
};

/** The pauses of a service that operators read of it over the API. */
const leftAlone = async ({ host }: Crm) =>
  (await ask(systemState, "GET", "/system", { as: "olga" })).left_alone.filter(({ service }) => service === host);

/** The conflict of a plan whose time is over before its read of the service may be made. */
const conflictOfARead = async (tool: string): Promise<unknown> => {
  const id = await submit([call("s1", tool, { q: "x" })], 4);
  await ended(id);
  const { status, conflicts } = await executionOf(id);
  return { status, conflicts };
};
const DOWNGRADED = { conflict_type: "TIMEOUT_CONFLICT", resolution_strategy: "DOWNGRADE" };

it("a service that asked to be left alone is in GET /system with its reason, and plans of its tools conflict with that", async () => {
  await put(setFields(busy, { tool_name: "busy_set" }));
  await put({ ...searchContacts(busy), tool_name: "busy_search" });
  const id = await submit([call("s1", "busy_set", { contact_id: "c1", stage: "won" })]);
  busy.misbehaveOn("PUT", "too_many_requests");
  await approve(id, 1);
  await expect.poll(() => leftAlone(busy), { timeout: 30_000 }).toHaveLength(1);
  const [left] = await leftAlone(busy);
  expect(left?.reason).toBe("it asked busy_set to come again in 30 s");
  expect(await conflictOfARead("busy_search")).toMatchObject({
    status: "INCOMPLETE",
    conflicts: [
      { ...DOWNGRADED, details: { reason: `${busy.host} is left alone: it asked busy_set to come again in 30 s` } },
    ],
  });
  expect(busy.effects).toEqual([]);
});

it("a service whose circuit is open is in GET /system with how many calls gave no answer, and plans of its tools conflict with that", async () => {
  await put({ ...searchContacts(silent), tool_name: "silent_search", timeout_seconds: 1 });
  const reads = ["s1", "s2", "s3", "s4", "s5"].map((step) => call(step, "silent_search", { q: step }));
  // Those of the rehearsal.
  answers = reads.length;
  const id = await submit(reads);
  await ended(id);
  expect((await executionOf(id)).status).toBe("FAILED");
  answers = Number.POSITIVE_INFINITY;
  const reason = `5 of the last 5 calls of ${silent.host} gave no answer in time`;
  expect(await leftAlone(silent)).toMatchObject([{ reason }]);
  expect(await conflictOfARead("silent_search")).toMatchObject({
    status: "INCOMPLETE",
    conflicts: [{ ...DOWNGRADED, details: { tool_name: "silent_search", reason } }],
  });
});
