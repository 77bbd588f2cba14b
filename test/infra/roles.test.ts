import { createHmac } from "node:crypto";
import { Hono } from "hono";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { worldTable } from "../../functions/adapters/table/world.ts";
import { wholeApi } from "../../functions/api/endpoints.ts";
import { createRouter } from "../../functions/api/router.ts";
import { answerSlack } from "../../functions/api/slack/answer-slack.ts";
import { sweep } from "../../functions/execution/wait/sweep.ts";
import { finalise } from "../../functions/finalise/finalise.ts";
import { prepare } from "../../functions/prepare/prepare.ts";
import { carrierWithin } from "../../functions/run/carrier.ts";
import { workflowTasks } from "../../functions/run/tasks.ts";
import { dryRunToolbox, mockToolbox } from "../../functions/tools/toolbox.ts";
import { tableWorld, tableWorldReader } from "../../functions/tools/world/table-world.ts";
import { deliver } from "../../functions/webhooks/deliver.ts";
import type { HandlerName } from "../../infra/handlers.ts";
import { permissions } from "../../infra/permissions.ts";
import { routes } from "../../infra/routes.ts";
import { standardContracts } from "../../shared/contracts/standard-contracts.ts";
import type { Notice } from "../../shared/ports/webhooks.ts";
import { SCOPES } from "../../shared/scopes.ts";
import { functionOf } from "../harness/function-of.ts";
import { create, plan, search, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";
import { fencedDeps } from "./fenced-deps.ts";
import { fencedTable } from "./fenced-table.ts";

const contractOf = (name: string) => {
  const found = standardContracts().find(({ tool_name }) => tool_name === name);
  if (found === undefined) throw new Error(`no contract of ${name}`);
  return found;
};

const anything = z.record(z.string(), z.json());

describe("every function does its work with its own role", () => {
  let world: TestWorld;
  beforeEach(async () => {
    world = await startWorld({ depsFor: (state, deps, table) => fencedDeps(functionOf(state), deps, table) });
  });

  /** One request to the function that API Gateway would send it to, with that function's role. */
  const answered = async (method: string, path: string, body?: unknown, caller = "ann") => {
    const route = routes.find((each) => {
      const pattern = new RegExp(`^${each.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
      return each.method === method && pattern.test(path.split("?")[0] ?? "");
    });
    if (route === undefined) throw new Error(`no route ${method} ${path}`);
    const app = createRouter(fencedDeps(route.handler, world.deps, world.table), {
      identify: () => ({ name: caller, scopes: SCOPES }),
      ...wholeApi,
    });
    const answer = await app.request(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    await world.settle();
    const { status, headers } = answer;
    return { status, text: await answer.text(), type: headers.get("content-type") ?? "" };
  };
  const send = async (...asked: Parameters<typeof answered>): Promise<z.infer<typeof anything>> => {
    const { status, text, type } = await answered(...asked);
    expect(status, `${asked[0]} ${asked[1]}: ${text}`).toBeLessThan(300);
    return type.includes("application/json") ? anything.parse(JSON.parse(text)) : {};
  };

  const submit = async (...steps: Parameters<typeof plan>[1]): Promise<string> => {
    const body = { plans: [plan("p1", steps)] };
    return z.string().parse((await send("POST", "/executions", body, "sam")).execution_id);
  };
  const requestOf = async (id: string, step: string) => {
    const requests = await world.deps.approvals.ofExecution(id);
    const found = requests.findLast(({ step_id, status }) => step_id === step && status === "open");
    if (found === undefined) throw new Error(`${step} asks nobody`);
    return found;
  };
  const decide = async (id: string, step: string, decision: string, more: object = {}): Promise<void> => {
    const { approval_id, digest } = await requestOf(id, step);
    await send("POST", `/approvals/${approval_id}/decision`, { decision, digest, ...more });
  };
  const nothingDenied = (): void => {
    expect(world.logged.filter((line) => JSON.stringify(line).includes("not allowed to"))).toEqual([]);
  };
  const statusOf = async (id: string) => (await send("GET", `/executions/${id}`)).status;

  it("every function works with its own role from a submission over all kinds of decisions to artifacts that can be read", async () => {
    const id = await submit(
      update("s1", "c1", { stage: "customer" }),
      create("s2", "new@e.example"),
      update("s3", "c3", { stage: "customer" }),
      search("s4", "nobody"),
    );
    await send("POST", `/approvals/${(await requestOf(id, "s1")).approval_id}/extend`, { seconds: 60 });
    await send("GET", `/approvals/${(await requestOf(id, "s2")).approval_id}`);
    await decide(id, "s1", "edit", { arguments: { contact_id: "c1", fields: { stage: "lost" } }, comment: "no" });
    const { approval_id, digest } = await requestOf(id, "s2");
    await send("POST", "/approvals/decisions", { decisions: [{ id: approval_id, digest, decision: "approve" }] });
    await decide(id, "s3", "reject", { comment: "no" });
    await decide(id, "s1", "approve", {});
    await world.rest();
    expect(await statusOf(id)).toBe("INCOMPLETE");
    for (const path of ["", "/events", "/steps/s1", "/artifacts", "/artifacts/manifest.json", "/record"]) {
      if (path === "/record" && !routes.some((route) => route.path === "/executions/{id}/record")) continue;
      await send("GET", `/executions/${id}${path}`);
    }
    await send("POST", `/executions/${id}/rollback`, { reason: "no" });
    await world.rest();
    nothingDenied();
    expect((await world.deps.executions.get(id))?.manifests).toBe(2);
  });

  it("every function works with its own role under a lock, after it, after an abort, and on an unknown outcome", async () => {
    const id = await submit(update("s1", "c1", { stage: "customer" }), update("s2", "c2", { stage: "customer" }));
    const scope = { kind: "everything" };
    await send("POST", "/system/lock", { scope, reason: "odd" });
    await world.rest();
    expect(await statusOf(id)).toBe("LOCKED");
    await send("POST", "/system/unlock", { scope, reason: "fine" }, "bob");
    await send("POST", `/executions/${id}/resume`, { reason: "fine" }, "bob");
    await world.rest();
    await world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "time_out_after_effect" });
    await decide(id, "s1", "approve");
    await world.rest();
    await send("POST", `/executions/${id}/abort`, { reason: "enough" });
    await world.rest();
    nothingDenied();
    expect(await statusOf(id)).not.toBe("RUNNING");
  });

  it("every function works with its own role in everything that is only read or administered", async () => {
    await send("PUT", "/agents/a9", { owner: "dana", granted_permissions: [] });
    await send("PUT", "/system/live", { enabled: false, reason: "pause" });
    const paths = [
      "/livez",
      "/executions",
      "/approvals",
      "/contracts",
      "/contracts/form_fill",
      "/agents",
      "/agents/a9",
    ];
    for (const path of [...paths, "/system", "/health", "/metrics/tool_success_rate", "/signals", "/openapi.json"]) {
      await send("GET", path);
    }
    await send("PUT", "/contracts/form_fill", { ...(await send("GET", "/contracts/form_fill")), timeout_seconds: 12 });
    nothingDenied();
  });

  it("every function works with its own role where others are told: who registers an address, sends to it, looks", async () => {
    const sent: string[] = [];
    const deps = {
      ...world.deps,
      policy: { ...world.deps.policy, allowed_hosts: ["desk.example.com"] },
      notices: {
        send: async ({ body }: { readonly body: string }) => {
          sent.push(body);
          return { kind: "answered", status: sent.length === 1 ? 500 : 410 } as const;
        },
      },
    };
    Object.assign(world.deps, deps);
    const { webhook } = await send("POST", "/webhooks", { url: "https://desk.example.com/" });
    const { webhook_id } = z.object({ webhook_id: z.string() }).parse(webhook);
    const at = `/webhooks/${webhook_id}`;
    await send("POST", `${at}/rotate`, {});
    await send("POST", `${at}/test`, {});
    const told = fencedDeps("Deliver", world.deps, world.table);
    const event = { source: "buddy", "detail-type": "LearningSignal", detail: { id: "e1" } };
    await deliver(told)(event);
    await world.pass(60);
    await deliver(told)({});
    expect(sent).toHaveLength(2);
    const { items } = await send("GET", `${at}/deliveries`);
    const [{ delivery_id }] = z
      .tuple([z.object({ delivery_id: z.string() })])
      .rest(z.unknown())
      .parse(items);
    await send("POST", `${at}/enable`, {});
    await send("POST", `${at}/deliveries/${delivery_id}/resend`, {});
    await send("GET", "/webhooks");
    await send("DELETE", at);
    nothingDenied();
  });

  it("every function works with its own role in Slack: a message, a click that rejects, the dialog that asks why, the end", async () => {
    const app = { slack_signing_secret: "a secret of an app", slack_bot_token: "xoxb-not-a-real-token" };
    const sent: Notice[] = [];
    const notices = {
      send: async (notice: Notice) => {
        sent.push(notice);
        return { kind: "answered", status: 200, text: '{"ok":true}' } as const;
      },
    };
    const policy = { ...world.deps.policy, allowed_hosts: ["hooks.slack.com"], slack_people: { U1: "bob" } };
    Object.assign(world.deps, { notices, policy });
    await send("POST", "/webhooks", { url: "https://hooks.slack.com/services/x", kind: "slack", ...app });
    const id = await submit(update("s1", "c1", { stage: "customer" }));
    for (const { type, detail } of world.bus.published) {
      const event = { source: "buddy", "detail-type": type, detail };
      await deliver(fencedDeps("Deliver", world.deps, world.table))(event);
    }
    const { approval_id, digest } = await requestOf(id, "s1");
    const door = new Hono();
    answerSlack(door, fencedDeps("Slack", world.deps, world.table));
    const asSlack = async (payload: object): Promise<void> => {
      const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
      const timestamp = String(Math.floor(world.time.clock.now().getTime() / 1_000));
      const signature = createHmac("sha256", app.slack_signing_secret).update(`v0:${timestamp}:${body}`).digest("hex");
      const headers = { "x-slack-request-timestamp": timestamp, "x-slack-signature": `v0=${signature}` };
      expect((await door.request("/slack/interactions", { method: "POST", headers, body })).status).toBe(200);
    };
    const value = JSON.stringify({ approval_id, digest });
    const response_url = "https://hooks.slack.com/actions/x";
    const actions = [{ action_id: "buddy_reject", value }];
    await asSlack({ type: "block_actions", user: { id: "U1" }, response_url, trigger_id: "t", actions });
    const { view } = z.object({ view: z.looseObject({}) }).parse(JSON.parse(sent.at(-1)?.body ?? "{}"));
    const state = { values: { buddy_reason: { buddy_reason: { value: "no" } } } };
    await asSlack({ type: "view_submission", user: { id: "U1" }, view: { ...view, state } });
    await world.rest();
    nothingDenied();
    expect(sent.map(({ url }) => new URL(url).pathname)).toEqual(["/services/x", "/api/views.open", "/actions/x"]);
    expect(await statusOf(id)).toBe("INCOMPLETE");
  });

  it("every function works with its own role where it refuses who may not submit for an agent, and names who can allow it", async () => {
    await send("PUT", "/agents/a1", {
      agent_id: "a1",
      owner: "tom",
      granted_permissions: [],
      allowed_submitters: ["tom"],
    });
    await send("PUT", "/names/tom", { name: "Tom Tanner" });
    const call = { agent_id: "a1", tool_name: "ghl_search", arguments: { query: "x" } };
    const refusals = [
      await answered("POST", "/executions", { plans: [plan("p1", [search("s1", "x")])] }, "sam"),
      await answered("POST", "/calls", call, "sam"),
    ];
    for (const { status, text } of refusals) {
      expect(status, text).toBeGreaterThanOrEqual(400);
      expect(text).toContain("its owner, Tom Tanner (tom), can allow it");
    }
    nothingDenied();
  });

  it("every function works with its own role where a request goes on to the next of its tool's list, and one is away", async () => {
    await world.deps.contracts.put({
      ...contractOf("ghl_update_contact"),
      version: 2,
      asked_in_order: ["alice", "bob", "carol"],
    });
    await send("PUT", "/away/bob", { until: "2026-03-05T09:00:00.000Z" });
    await send("GET", "/away");
    const id = await submit(update("s1", "c1", { stage: "customer" }));
    await world.pass(48 * 3_600);
    expect(await sweep(fencedDeps("Sweep", world.deps, world.table))()).toMatchObject({ escalated: 1 });
    expect((await requestOf(id, "s1")).asked).toMatchObject([{ name: "alice" }, { name: "carol" }]);
    await send("DELETE", "/away/bob");
    nothingDenied();
  });

  it("every function works with its own role where what a question rests on is undone in another execution", async () => {
    const contract = { ...contractOf("ghl_update_contact"), version: 2, duplicate_sensitive: true };
    await world.deps.contracts.put(contract);
    const first = await submit(update("s1", "c1", { stage: "customer" }));
    await decide(first, "s1", "approve");
    await world.rest();
    const second = await submit(
      update("s2", "c1", { stage: "customer" }),
      create("s3", "new@e.example", { after: ["s2"] }),
    );
    const { approval_id, digest } = await requestOf(second, "s3");
    await send("POST", `/executions/${first}/rollback`, { reason: "no" });
    await world.rest();
    const yes = await answered("POST", `/approvals/${approval_id}/decision`, { decision: "approve", digest });
    expect(yes.status, yes.text).toBe(409);
    expect(yes.text).toContain("has been undone since");
    expect(await sweep(fencedDeps("Sweep", world.deps, world.table))()).toMatchObject({ woken: 1 });
    await world.rest();
    expect(await statusOf(second)).not.toBe("RUNNING");
    nothingDenied();
  });

  it("every function works with its own role where nobody asks: the sweeper, a lost run's end, the first deployment", async () => {
    const id = await submit(update("s1", "c1", { stage: "customer" }));
    const { approval_id } = await requestOf(id, "s1");
    expect(approval_id).toBeDefined();
    const sweeping = fencedDeps("Sweep", world.deps, world.table);
    await world.deps.inFlightCalls.put({
      execution_id: "gone",
      step_id: "s1",
      side: "forward",
      tool_name: "t",
      agent_id: "a",
      started_at: "2020-01-01T00:00:00.000Z",
      may_run_until: "2020-01-01T00:01:00.000Z",
    });
    const execution = await world.deps.executions.get(id);
    if (execution === undefined) throw new Error("the execution is gone");
    const abort = { by: "ann", at: "2026-03-02T09:00:00.000Z", reason: "a decision whose waker died" };
    await world.deps.executions.update({ ...execution, abort_requested: abort });
    expect(await sweep(sweeping)()).toMatchObject({ woken: 1, removed_in_flight: 1 });
    await world.rest();

    const lost = await submit(update("s1", "c2", { stage: "customer" }));
    const detail = { name: `${lost}-1`, status: "TIMED_OUT" };
    await finalise(fencedDeps("Finalise", world.deps, world.table))({ detail });
    expect(await statusOf(lost)).toBe("FAILED");

    const preparing = fencedDeps("Prepare", world.deps, world.table);
    const { contracts } = preparing;
    const sandbox = tableWorld(worldTable(fencedTableOf("Prepare")));
    expect(await prepare({ contracts }, sandbox)({ seed: true })).toEqual({ contracts: 0, records: 0 });
    nothingDenied();
  });

  const fencedTableOf = (name: HandlerName) => fencedTable(world.table, permissions[name]);
});

it("a read that needs nobody is made by Call with its own role alone, and no run is started", async () => {
  const world = await startWorld();
  const { deps, table } = world;
  await deps.settings.setLiveEnabled(true, "olga", deps.clock.now().toISOString());
  const own = fencedDeps("Call", deps, table);
  const mocking = mockToolbox({ timer: deps.timer });
  const previewing = dryRunToolbox(tableWorldReader(worldTable(fencedTable(table, permissions.Call))), {
    timer: deps.timer,
  });
  const { tasks } = workflowTasks({ deps: own, mocking, previewing });
  const started: string[] = [];
  const workflow = {
    ...own.workflow,
    start: async (name: string) => {
      started.push(name);
      return "started" as const;
    },
  };
  const serving = { ...own, workflow, carrier: carrierWithin({ ...own, workflow }, () => tasks) };
  const app = createRouter(serving, { identify: () => ({ name: "ann", scopes: SCOPES }), ...wholeApi });
  const call = { agent_id: "agent_1", tool_name: "memory_search", arguments: { query: "ann" } };
  const answer = await app.request("/calls", {
    method: "POST",
    body: JSON.stringify(call),
    headers: { "content-type": "application/json" },
  });
  expect(anything.parse(await answer.json())).toMatchObject({ outcome: "done", mode: "LIVE" });
  expect(started).toEqual([]);
});
