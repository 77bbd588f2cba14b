import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { notebook } from "../../examples/worker/notebook.ts";
import { work } from "../../examples/worker/worker.ts";
import { approvalQueue, submitted } from "../../functions/api/schemas.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { mintToken } from "../../local/tokens.ts";
import { jsonObject } from "../../shared/plan/json.ts";
import { SCOPES, workScope } from "../../shared/scopes.ts";

let folder = "";
let server: RunningServer;
const children = new Set<ChildProcess>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-worker-"));
  server = await startServer({
    data_dir: folder,
    port: 0,
    registry_open: true,
    live_enabled: true,
    policy: { settling_seconds: 1 },
  });
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await server.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

const example = async (name: string) =>
  jsonObject.parse(JSON.parse(await readFile(join(import.meta.dirname, "../../examples/worker", name), "utf8")));

const api = async (as: string, method: string, path: string, body?: unknown): Promise<unknown> => {
  const token = await mintToken(folder, { name: as, scopes: SCOPES, now: new Date() });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  expect(answer.ok, `${method} ${path} ${text}`).toBe(true);
  return JSON.parse(text);
};

const notesOf = (tool: string): string => join(folder, `${tool}.jsonl`);

const startWorker = async (tool: string, dies_at?: string): Promise<ChildProcess> => {
  const TOKEN = await mintToken(folder, { name: "ada", scopes: [workScope("notes")], now: new Date() });
  const child = spawn(process.execPath, [join(import.meta.dirname, "worker-process.ts")], {
    env: { ...process.env, ENDPOINT: server.url, TOKEN, NOTES: notesOf(tool), TOOL: tool, DIES_AT: dies_at },
    stdio: ["pipe", "inherit", "inherit"],
  });
  children.add(child);
  return child;
};

const stepReply = z.looseObject({
  state: z.string(),
  ending: z.string().nullable(),
  reason: z.string().nullable(),
});

/** The step once it has finished. */
const finished = async (id: string) => {
  for (;;) {
    const step = stepReply.parse(await api("sam", "GET", `/executions/${id}/steps/s1?wait=25`));
    if (step.ending !== null) return step;
  }
};

/** The request of an execution, as soon as it is asked. */
const asked = async (id: string) => {
  for (;;) {
    const { plans } = approvalQueue.parse(await api("bob", "GET", `/approvals?execution=${id}`));
    const [request] = plans.flatMap(({ approvals }) => approvals);
    if (request !== undefined) return request;
    await api("sam", "GET", `/executions/${id}/steps/s1?wait=1`);
  }
};

/** Registers the example's tool under a name of its own, and has a call of it approved. @returns the execution's id */
const approvedCall = async (tool: string): Promise<string> => {
  const contract = {
    ...(await example("contract.json")),
    tool_name: tool,
    ...{ risk_level: "HIGH", reversible: false, compensation: "none", timeout_seconds: 3, resources: [] },
    binding: { kind: "worker", group: "notes", start_seconds: 2 },
  };
  await api("olga", "PUT", `/contracts/${tool}`, contract);
  const plan = jsonObject.parse(JSON.parse(JSON.stringify(await example("plan.json")).replace("note_add", tool)));
  const { execution_id } = submitted.parse(
    await api("sam", "POST", "/executions", { plans: [{ ...plan, plan_id: tool }] }),
  );
  const { approval_id, digest } = await asked(execution_id);
  await api("bob", "POST", `/approvals/${approval_id}/decision`, { decision: "approve", digest });
  return execution_id;
};

describe("the example's worker, in a process of its own that is killed", () => {
  it.concurrent.each([
    ["asks", 0, "ABORTED"],
    ["took", 1, "LIVE"],
    ["acted", 1, "LIVE"],
    ["answered", 1, "LIVE"],
  ] as const)(
    "an example's worker that is killed when it %s leaves %i notes, and the step %s",
    async (moment, notes, state) => {
      const tool = `note_${moment}`;
      // A process takes a while to start: the one that stands in for the first is there before it is needed.
      const [dies, standIn] = await Promise.all([startWorker(tool, moment), startWorker(tool)]);
      const died = once(dies, "exit");
      dies.stdin?.write("begin\n");
      const id = await approvedCall(tool);
      expect((await died)[1]).toBe("SIGKILL");
      // Of one that never asked, nobody notices.
      if (moment !== "asks") standIn.stdin?.write("begin\n");
      const step = await finished(id);
      expect({ state: step.state, notes: notebook(notesOf(tool)).notes().length }).toEqual({ state, notes });
      if (moment === "asks") expect(step.reason).toContain("nothing was sent: no worker took it");
    },
    60_000,
  );
});

/** A gateway that hears no hang-up. @returns its address, and how to end it */
const deafGateway = async () => {
  const gateway = createServer(async (request, response) => {
    const body: Uint8Array[] = [];
    for await (const each of request) body.push(each);
    const { authorization = "" } = request.headers;
    const headers = { authorization, "content-type": "application/json" };
    const answer = await fetch(`${server.url}${request.url}`, { method: "POST", headers, body: Buffer.concat(body) });
    response.writeHead(answer.status).end(await answer.text());
  });
  gateway.listen(0, "127.0.0.1");
  await once(gateway, "listening");
  const address = gateway.address();
  if (address === null || typeof address === "string") throw new Error("it listens on no port");
  return { url: `http://127.0.0.1:${address.port}`, end: () => gateway.close() };
};

describe("the example's worker, that is told to end", () => {
  it("an example's worker that ends while it waits takes no call with it, where nobody hears it hang up", async () => {
    const tool = "note_ended";
    const gateway = await deafGateway();
    const token = await mintToken(folder, { name: "eli", scopes: [workScope("notes")], now: new Date() });
    const settings = { endpoint: gateway.url, token, tools: [tool] };
    const [first, second] = [new AbortController(), new AbortController()];
    const waits = work({ ...settings, notes: notesOf("note_never"), ends: first.signal });
    await expect
      .poll(async () => (await server.stack.deps.work.seen.ofGroup("notes")).filter(({ worker }) => worker === "eli"))
      .toHaveLength(1);
    first.abort();
    await waits;
    const id = await approvedCall(tool);
    const standIn = work({ ...settings, notes: notesOf(tool), ends: second.signal });
    expect((await finished(id)).state).toBe("LIVE");
    second.abort();
    await standIn;
    gateway.end();
    expect([notesOf("note_never"), notesOf(tool)].map((file) => notebook(file).notes().length)).toEqual([0, 1]);
  });
});
