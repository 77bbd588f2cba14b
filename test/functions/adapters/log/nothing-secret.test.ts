import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { grantScopes } from "../../../../functions/callers/grant-scopes.ts";
import { awaitApproval } from "../../../../functions/execution/wait/await-approval.ts";
import { wakeMany } from "../../../../functions/execution/wait/wake.ts";
import { customResource } from "../../../../functions/prepare/custom-resource.ts";
import { deliver } from "../../../../functions/webhooks/deliver.ts";
import { apiHandlers, handlers } from "../../../../infra/handlers.ts";
import { namesOf } from "../../../../infra/names-of.ts";
import { signingSecretOf } from "../../../../shared/webhooks/signature.ts";
import { mail, plan, search, update } from "../../../harness/plans.ts";
import { aWebhook } from "../../../shared/webhooks/deliveries.ts";
import { type DeployedWorld, deployedWorld } from "./deployed-world.ts";

/** In everything that people, agents and tools say: wherever it turns up, something was logged that must not be. */
const SECRET = "marked-7f3a-secret";
const MARK = "trace-of-the-caller.42";

let deployed: DeployedWorld;
afterEach(() => deployed.end());

const accepted = z.object({ execution_id: z.string() });

const submit = async (...steps: Parameters<typeof plan>[1]): Promise<string> => {
  const body = { plans: [plan("p1", steps, { goal: SECRET })] };
  const headers = { "x-correlation-id": MARK, "x-caller": "sam", authorization: `Bearer ${SECRET}` };
  const answer = await deployed.request("POST", "/executions", body, headers);
  expect(answer.headers.get("x-correlation-id")).toBe(MARK);
  return accepted.parse(await answer.json()).execution_id;
};

const decide = async (id: string, step: string, decision: string, more: object = {}): Promise<void> => {
  const requests = await deployed.world.deps.approvals.ofExecution(id);
  const request = requests.findLast(({ step_id, status }) => step_id === step && status === "open");
  if (request === undefined) throw new Error(`${step} asks nobody`);
  const { approval_id, digest } = request;
  const body = { decision, digest, comment: SECRET, ...more };
  const answer = await deployed.request("POST", `/approvals/${approval_id}/decision`, body);
  expect(answer.status, await answer.text()).toBe(200);
};

const words = (message = `the provider said ${SECRET}`) => ({ message });

/** Everything that can go wrong with a secret in its hands, through every function. */
const drive = async (): Promise<void> => {
  const { world, request } = deployed;
  const secretly = (step: string, contact: string) => update(step, contact, { stage: SECRET });
  const id = await submit(search("s1", SECRET), secretly("s2", "c1"), secretly("s3", "c2"), mail("s4", SECRET));
  await decide(id, "s2", "edit", { arguments: { contact_id: "c1", fields: { stage: `${SECRET}-edited` } } });
  await decide(id, "s2", "approve");
  await decide(id, "s3", "approve");
  await world.fail({ tool_name: "msgraph_send_email", rung: "call", kind: "throw", ...words() });
  await world.fail({ tool_name: "ghl_update_contact", rung: "compensate", kind: "throw", ...words() });
  await decide(id, "s4", "approve");
  await world.rest(3_600);
  await decide(id, "s4", "did_not_happen");
  await world.rest(3_600);

  await world.fail({ tool_name: "ghl_search", rung: "preview", kind: "throw", ...words() });
  await submit(search("s1", SECRET));
  await world.fail({ tool_name: "memory_search", rung: "preview", kind: "throw", ...words() });
  await submit(mail("s1", SECRET));
  await world.rest(3_600);

  await request("POST", "/executions", { plans: SECRET, [SECRET]: SECRET });
  await request("GET", `/executions?${SECRET}=1`);
  const continued = await submit(update("s1", "c3", { stage: SECRET }));
  await world.tasks.tasks["Continue in a fresh history"]?.({ execution_id: continued, history: 1 });
  await world.rest();
  await deployed.sweep();
  await deployed.finalise(`${continued}-2`, SECRET);
};

/** A function that works outside of any run fails while it holds what it was given. */
const breakDown = async (): Promise<void> => {
  const { deps } = deployed.world;
  const broken = () => Promise.reject(new Error(SECRET, { cause: new TypeError(SECRET) }));
  const waitTokens = { ...deps.waitTokens, put: broken };
  const asked = { execution_id: "e1", history: 1, pass: 1, wait_seconds: 1, task_token: SECRET };
  await deployed.asDeployed("AwaitApproval", { ...deps, waitTokens }, awaitApproval)(asked);
  await deps.waitTokens.put("e1", SECRET, 1);
  const workflow = { ...deps.workflow, wake: broken };
  await expect(
    deployed.asDeployed("Wake", { ...deps, workflow }, wakeMany)({ execution_ids: ["e1"] }),
  ).rejects.toThrow();
  const grant = deployed.asDeployed("GrantScopes", { SCOPE_PREFIX: "buddy/" }, grantScopes);
  await expect(grant({ request: { groupConfiguration: { groupsToOverride: SECRET } } })).rejects.toThrow();
  const refused: typeof fetch = async () => new Response(SECRET, { status: 403 });
  const prepare = deployed.asDeployed("Prepare", { prepare: broken, fetch: refused }, customResource);
  const event = {
    RequestType: "Create",
    ResponseURL: `https://example.com/?signature=${SECRET}`,
    StackId: "s",
    RequestId: "r",
    LogicalResourceId: "l",
    ResourceProperties: { SeedSandbox: "true" },
  };
  await expect(prepare(event)).rejects.toThrow();
  await deployed.request("GET", "/executions/e1", undefined, {}, { executions: { ...deps.executions, get: broken } });
  await tellNobody(broken);
};

/** An address that cannot be told of an event, and then wants no more: its URL is a secret, as are the event's words. */
const tellNobody = async (broken: () => Promise<never>): Promise<void> => {
  const { deps } = deployed.world;
  const url = `https://hooks.example.com/${SECRET}`;
  const signing = signingSecretOf(new Uint8Array(32).fill(7));
  await deps.webhookSecrets.put("w1", { signing, previous: null, url, slack_signing_secret: null });
  await deps.webhooks.add(aWebhook({ webhook_id: "w1" }));
  const told = (id: string) => ({ source: "buddy", "detail-type": "LearningSignal", detail: { id, note: SECRET } });
  const unsent = deployed.asDeployed("Deliver", { ...deps, notices: { send: broken } }, deliver);
  await expect(unsent(told("l1"))).rejects.toThrow();
  const send = async () => ({ kind: "answered", status: 410 }) as const;
  await deployed.asDeployed("Deliver", { ...deps, notices: { send } }, deliver)(told("l2"));
  expect((await deps.webhooks.get("w1"))?.status).toBe("disabled");
};

describe("what the functions log", () => {
  it("the log holds no argument, no output, no token and no words of tools and people", async () => {
    deployed = await deployedWorld(false);
    await drive();
    await breakDown();
    expect(deployed.lines().filter((line) => line.includes(SECRET))).toEqual([]);
    const unwalked = namesOf(handlers).filter((name) => !deployed.ran.has(name) && !(name in apiHandlers));
    expect(unwalked).toEqual([]);
  });

  it("the log says what kind of error it was and where it was thrown all the same", async () => {
    deployed = await deployedWorld(false);
    await breakDown();
    const failed = deployed.records().filter(({ level }) => level === "ERROR");
    expect(failed.map(({ message }) => message)).toEqual([
      "the wait could not be recorded: woken to try again",
      "the function failed",
      "the function failed",
      "the records could not be prepared",
      "the function failed",
      "a request failed",
      "the function failed",
      "a webhook was disabled",
    ]);
    expect(failed[0]).toMatchObject({ error_name: "Error", caused_by: "TypeError", execution_id: "e1" });
    expect(failed[0]?.error_at).toMatch(/^at .*nothing-secret\.test\.ts/);
  });

  it("the log holds the words of errors where the deployment asks for them", async () => {
    deployed = await deployedWorld(true);
    await drive();
    await breakDown();
    const told = deployed.records().filter(({ error_message }) => String(error_message).includes(SECRET));
    expect(new Set(told.map(({ message }) => message))).toEqual(
      new Set([
        "the function failed",
        "a rung did not answer",
        "an execution is concluded after a failure",
        "the wait could not be recorded: woken to try again",
        "the records could not be prepared",
        "a request failed",
      ]),
    );
  });

  it("the log can be followed from the request through every task of the run by the mark the caller sent", async () => {
    deployed = await deployedWorld(false);
    const id = await submit(update("s1", "c1", { stage: "customer" }));
    await decide(id, "s1", "approve");
    await deployed.world.rest();
    const ofRun = deployed.records().filter(({ execution_id }) => execution_id === id);
    expect(ofRun.filter(({ correlation_id }) => correlation_id !== MARK)).toEqual([]);
    const tasks = ofRun.filter(({ message }) => message === "the function answered").map(({ handler }) => handler);
    expect(new Set(tasks)).toEqual(
      new Set([
        "Validate",
        "ResolveConflicts",
        "NextWave",
        "Mock",
        "DryRun",
        "Live",
        "Conclude",
        "Feedback",
        "Health",
        "Artifacts",
      ]),
    );
    const ofStep = ofRun.filter(({ handler }) => ["Mock", "DryRun", "Live"].includes(String(handler)));
    expect(ofStep.filter(({ plan_id, step_id }) => plan_id !== "p1" || step_id !== "s1")).toEqual([]);
    expect(ofRun.find(({ message }) => message === "plans were accepted")).toBeDefined();
    const completed = deployed.world.bus.published.find(({ type }) => type === "OrchestrationCompleted");
    expect(completed?.detail.correlation_id).toBe(MARK);
  });

  it("the log names the function, its request and whether it was a cold start", async () => {
    deployed = await deployedWorld(false);
    await deployed.sweep();
    expect(deployed.records().at(-1)).toMatchObject({
      level: "INFO",
      message: "the function answered",
      service: "buddy-test",
      handler: "Sweep",
      function_request_id: "request-of-lambda",
      cold_start: expect.any(Boolean),
    });
  });
});

describe("a request's mark", () => {
  it.each([
    ["none", undefined],
    ["one that could break a line", "a b\tc"],
    ["one of no end", "x".repeat(129)],
  ])("a request's mark %s is replaced by the request's own id, and the answer says so", async (_, sent) => {
    deployed = await deployedWorld(false);
    const headers = sent === undefined ? {} : { "x-correlation-id": sent };
    const answer = await deployed.request("GET", "/livez", undefined, headers);
    expect(answer.headers.get("x-correlation-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("a request's mark is API Gateway's where there is one, which its access log shows too", async () => {
    deployed = await deployedWorld(false);
    const env = { event: { requestContext: { requestId: "JKJaXmPLvHcESHA=" } } };
    const answer = await deployed.request("GET", "/livez", undefined, {}, {}, env);
    expect(answer.headers.get("x-correlation-id")).toBe("JKJaXmPLvHcESHA=");
  });
});
