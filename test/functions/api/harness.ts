import type { Hono } from "hono";
import { memoryArtifactFiles } from "../../../functions/adapters/memory/artifact-files.ts";
import { memoryBodies } from "../../../functions/adapters/memory/bodies.ts";
import { memoryBus } from "../../../functions/adapters/memory/bus.ts";
import { memoryTable } from "../../../functions/adapters/memory/table.ts";
import { tellsNobody } from "../../../functions/adapters/memory/tells-nobody.ts";
import { memoryWorkflow } from "../../../functions/adapters/memory/workflow.ts";
import { noMetrics } from "../../../functions/adapters/metrics/none.ts";
import { secretId } from "../../../functions/adapters/secret-id.ts";
import { tablePorts } from "../../../functions/adapters/table/index.ts";
import { noTracing } from "../../../functions/adapters/tracing/none.ts";
import { wholeApi } from "../../../functions/api/endpoints.ts";
import type { Caller, Identify } from "../../../functions/api/http/caller.ts";
import { createRouter } from "../../../functions/api/router.ts";
import { problem } from "../../../functions/api/schemas.ts";
import { publish } from "../../../functions/artifacts/publish.ts";
import { resolve } from "../../../functions/conflicts/resolve.ts";
import type { Deps } from "../../../functions/deps.ts";
import { live } from "../../../functions/execution/attempt/live.ts";
import { rollBack } from "../../../functions/execution/attempt/roll-back.ts";
import { conclude } from "../../../functions/execution/conclude/conclude.ts";
import { nextWave } from "../../../functions/execution/pass/next-wave.ts";
import { dryRun } from "../../../functions/execution/rehearse/dry-run.ts";
import { mock } from "../../../functions/execution/rehearse/mock.ts";
import { awaitApproval } from "../../../functions/execution/wait/await-approval.ts";
import { waker } from "../../../functions/execution/wait/wake.ts";
import { feedback } from "../../../functions/feedback/signals.ts";
import { health } from "../../../functions/health/score.ts";
import { validate } from "../../../functions/plan/validate.ts";
import { startRun } from "../../../functions/records/run-life-cycle.ts";
import { silentBell } from "../../../functions/tools/bell.ts";
import { unheardChanges } from "../../../functions/tools/changes-heard.ts";
import { noServers } from "../../../functions/tools/mcp/no-servers.ts";
import type { Timer } from "../../../functions/tools/timer.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../functions/tools/world/memory-world.ts";
import { seedWorld } from "../../../functions/tools/world/seed-world.ts";
import { standardContracts } from "../../../shared/contracts/standard-contracts.ts";
import { eachByItself } from "../../../shared/ports/runtime.ts";
import type { AgentScope, Scope, WorkScope } from "../../../shared/scopes.ts";
import { SCOPES } from "../../../shared/scopes.ts";
import { collectingLog, type LoggedLine } from "../../harness/collecting-log.ts";

export const NOON = Date.UTC(2026, 0, 31, 12);

/** Time limits of tools never run out here. */
const patient: Timer = { after: () => () => {} };

export const POLICY: Deps["policy"] = {
  registry_open: true,
  duplicate_window_floor_hours: 1,
  wait_for_resources_seconds: 300,
  settling_seconds: 5,
  largest_clock_skew_seconds: 300,
  allowed_hosts: [],
  allowed_commands: [],
  definition: "d0",
};

export type Harness = Awaited<ReturnType<typeof harness>>;

/** The API over everything in memory, with the use cases of the state machine walked by hand. */
export const harness = async (changes: Partial<Deps> = {}) => {
  const ports = tablePorts(memoryTable());
  const world = memoryWorld();
  const workflow = memoryWorkflow();
  const bus = memoryBus();
  const logged: LoggedLine[] = [];
  const pauses: number[] = [];
  const time = { now: NOON };
  const timer: Timer = {
    after: (milliseconds, then) => {
      pauses.push(milliseconds);
      // After whatever can be answered without waiting.
      const soon = setImmediate(then);
      return () => clearImmediate(soon);
    },
  };
  let ids = 0;
  const clock = { now: () => new Date(time.now) };
  const deps: Deps = {
    ...ports,
    clock,
    wallClock: clock,
    ids: {
      next: () => {
        ids += 1;
        return `01EX${String(ids).padStart(4, "0")}`;
      },
      secret: secretId,
    },
    timer,
    bell: silentBell(timer),
    changes: unheardChanges(timer),
    log: collectingLog(logged),
    policy: POLICY,
    bodies: memoryBodies(),
    artifactFiles: memoryArtifactFiles(),
    workflow,
    waker: waker({ ...ports, workflow }),
    together: eachByItself,
    // Leaves every run at once to the state machine that the test walks.
    carrier: {
      carry: async (execution_id) => {
        const record = await ports.executions.get(execution_id);
        if (record !== undefined) await startRun({ workflow })(record);
        await ports.carriedRuns.remove(execution_id);
      },
    },
    bus,
    ...tellsNobody(),
    metrics: noMetrics,
    tracing: noTracing,
    toolbox: liveToolbox(world, { timer: patient }),
    ...noServers,
    secretNames: { has: async () => true },
    signer: null,
    ...changes,
  };
  for (const contract of standardContracts()) await deps.contracts.put(contract);
  await seedWorld(world);
  await deps.settings.setLiveEnabled(true, "test", new Date(NOON).toISOString());

  const router = createRouter(deps, { identify: byHeader, ...wholeApi, requestId: () => "request-1" });
  const ran = new Set<string>();
  const woken = { seen: 0 };
  const tasks = { ...deps, timer: patient };

  const walk = async (input: { execution_id: string; history: number; pass: number }): Promise<void> => {
    let { pass } = input;
    for (;;) {
      const answer = await nextWave(tasks)({ ...input, pass });
      pass = answer.pass;
      if (answer.decision === "WAVE") {
        for (const item of answer.wave) await climb(tasks, item);
      } else if (answer.decision === "WAIT") {
        const task_token = `token-${input.execution_id}-${input.history}-${pass}`;
        waiting.set(task_token, { ...input, pass });
        await awaitApproval(tasks)({ ...input, pass, wait_seconds: answer.wait_seconds, task_token });
        return;
      } else {
        await conclude(tasks)({ ...input, decision: answer.decision });
        await feedback(tasks)(input);
        await health(tasks)(input);
        await publish(tasks)(input);
        return;
      }
    }
  };
  const waiting = new Map<string, { execution_id: string; history: number; pass: number }>();
  const climb = (using: Deps, item: { rung: string }): Promise<unknown> => {
    switch (item.rung) {
      case "MOCK":
        return mock({ ...using, toolbox: mockToolbox({ timer: patient }) })(item);
      case "DRY_RUN": {
        const toolbox = dryRunToolbox(world, { timer: patient });
        return dryRun({ ...using, toolbox })(item);
      }
      case "LIVE":
        return live(using)(item);
      default:
        return rollBack(using)(item);
    }
  };

  /** Runs every workflow run that was started, and goes on wherever a token was woken, until nothing moves. */
  const settle = async (): Promise<void> => {
    for (let moved = true; moved; ) {
      moved = false;
      for (const { name, input } of [...workflow.started]) {
        if (ran.has(name)) continue;
        ran.add(name);
        moved = true;
        await walk(await resolve(tasks)(await validate(tasks)(input)));
      }
      for (const { token } of workflow.woken.slice(woken.seen)) {
        woken.seen += 1;
        const at = waiting.get(token);
        if (at === undefined) continue;
        moved = true;
        await walk(at);
      }
    }
  };

  return { deps, router, workflow, bus, world, time, logged, pauses, settle, ...client(router) };
};

/** `authorization: as alice read,approvals:decide`: the test says who asks. */
const byHeader: Identify = (c) => {
  const [, name, scopes = ""] = /^as (\S+) ?(\S*)$/.exec(c.req.header("authorization") ?? "") ?? [];
  return name === undefined ? undefined : { name, scopes: scopes.split(",").filter((scope) => scope !== "") };
};

export const as = (name: string, scopes: readonly (Scope | WorkScope | AgentScope | "agent")[] = SCOPES): Caller => ({
  name,
  scopes,
});
export const ALICE = as("alice");
export const BOB = as("bob");
export const CAROL = as("carol");

const headersOf = (caller: Caller | undefined): Record<string, string> =>
  caller === undefined ? {} : { authorization: `as ${caller.name} ${caller.scopes.join(",")}` };

const client = (router: Hono) => {
  const get = async (path: string, caller: Caller | undefined = ALICE, headers: Record<string, string> = {}) =>
    router.request(path, { headers: { ...headersOf(caller), ...headers } });
  const send = async (
    method: "POST" | "PUT" | "DELETE",
    path: string,
    body: unknown,
    caller: Caller | undefined = ALICE,
    headers: Record<string, string> = {},
  ) =>
    router.request(path, {
      method,
      headers: { "content-type": "application/json", ...headersOf(caller), ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  return {
    get,
    head: async (path: string, caller: Caller = ALICE) =>
      router.request(path, { method: "HEAD", headers: headersOf(caller) }),
    post: (path: string, body: unknown, caller?: Caller, headers?: Record<string, string>) =>
      send("POST", path, body, caller, headers),
    put: (path: string, body: unknown, caller?: Caller) => send("PUT", path, body, caller),
    remove: (path: string, caller?: Caller) => send("DELETE", path, undefined, caller),
  };
};

/** The problem of a refused request, parsed by the production schema. */
export const problemIn = async (response: Response) => {
  if (response.headers.get("content-type") !== "application/problem+json") {
    throw new Error(`no problem but ${response.status} ${await response.text()}`);
  }
  return problem.parse(await response.json());
};

export const updatePlan = (plan_id: string, contact_id = "c1", extra: Record<string, unknown> = {}) => ({
  plan_id,
  goal: "keep the CRM right",
  agents: [{ agent_id: "agent_1", permissions: ["ghl_access", "ghl_write", "email_send"] }],
  steps: [
    {
      step_id: "search",
      agent_id: "agent_1",
      tool_name: "ghl_search",
      arguments: { query: "a" },
      confidence: 0.95,
    },
    {
      step_id: "update",
      agent_id: "agent_1",
      tool_name: "ghl_update_contact",
      arguments: { contact_id, fields: { stage: "customer" } },
      confidence: 0.95,
      depends_on: ["search"],
      rationale: "asked by mail",
    },
  ],
  ...extra,
});

export const mailPlan = (plan_id: string, to = "ann@example.com") => ({
  plan_id,
  agents: [{ agent_id: "agent_1", permissions: ["email_send"] }],
  steps: [
    { step_id: "look", agent_id: "agent_1", tool_name: "memory_search", arguments: { query: "ann" }, confidence: 0.95 },
    {
      step_id: "mail",
      agent_id: "agent_1",
      tool_name: "msgraph_send_email",
      arguments: { to: [to], subject: "Hello", body: "Hello Ann" },
      confidence: 0.95,
      depends_on: ["look"],
    },
  ],
});
