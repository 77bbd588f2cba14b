import { describe, expect, it } from "vitest";
import { callReply } from "../../../../functions/api/schemas.ts";
import { agentScope } from "../../../../shared/scopes.ts";
import { ALICE, as, BOB, harness, problemIn, updatePlan } from "../harness.ts";
import { WHO_MAY } from "../who-may/callers.ts";

const agent = (name: string, ...more: Parameters<typeof as>[1] & {}) =>
  as("a-client", ["agent", agentScope(name), ...more]);

/** Every address that the table says an agent finds its own under, of one call. */
const readsOfItsOwn = (call_id: string): string[] => {
  const ofTheCall: Readonly<Record<string, string>> = { id: call_id, call_id, step_id: "call" };
  return Object.entries(WHO_MAY).flatMap(([route, { own = [] }]) => {
    const [method, path = ""] = route.split(" ");
    if (method !== "GET" || !own.includes("an agent itself")) return [];
    return [path.replaceAll(/\{(\w+)\}/gu, (_, name: string) => ofTheCall[name] ?? `no ${name} of a call`)];
  });
};

const CALL = {
  agent_id: "agent_1",
  tool_name: "form_fill",
  arguments: { selector: "#email", value: "ann@example.com" },
  confidence: 0.9,
  wait_seconds: 0,
};

describe("an agent with a token of its own", () => {
  it("an agent with a token of its own calls, waits and reads in its own name", async () => {
    const h = await harness();
    const me = agent("agent_1");
    const { call_id } = callReply.parse(await (await h.post("/calls", CALL, me)).json());
    expect(await h.deps.executions.get(call_id)).toMatchObject({ submitted_by: "agent:agent_1" });
    expect((await h.get(`/calls/${call_id}`, me)).status).toBe(202);
    expect((await h.get(`/executions/${call_id}`, me)).status).toBe(200);
    expect((await h.get(`/executions/${call_id}/steps/call`, me)).status).toBe(200);
    expect((await h.get("/contracts", me)).status).toBe(200);
    expect((await h.post("/executions", updatePlan("p1"), me)).status).toBe(202);
  });

  it("an agent with a token of its own can name no other agent, in a call or in a plan, not even one without a step", async () => {
    const h = await harness();
    const me = agent("agent_1");
    const other = await problemIn(await h.post("/calls", { ...CALL, agent_id: "agent_2" }, me));
    expect(other).toMatchObject({ status: 403, reason: "another_agent" });
    const plan = updatePlan("p1");
    const named = { ...plan, agents: [...plan.agents, { agent_id: "agent_2", permissions: [] }] };
    expect((await problemIn(await h.post("/executions", named, me))).reason).toBe("another_agent");
    expect((await h.deps.executions.list({ limit: 5, next: null })).items).toEqual([]);
  });

  it("an agent with a token of its own finds nothing of another agent's", async () => {
    const h = await harness();
    const { call_id } = callReply.parse(await (await h.post("/calls", CALL, agent("agent_1"))).json());
    const other = agent("agent_2");
    const reads = readsOfItsOwn(call_id);
    expect(reads).toEqual(expect.arrayContaining([`/calls/${call_id}`, `/executions/${call_id}/steps/call`]));
    for (const path of reads) {
      expect((await h.get(path, agent("agent_1"))).status, path).toBeLessThan(300);
      expect((await h.get(path, other)).status, `${path} shows another agent's; does its handler ask maySee?`).toBe(
        404,
      );
    }
    const stopping = await Promise.all(
      [call_id, "no-such-call"].map((id) => h.post(`/executions/${id}/abort`, { reason: "mine now" }, other)),
    );
    const [there, absent] = await Promise.all(stopping.map(problemIn));
    expect(there).toMatchObject({ status: 404, detail: `execution ${call_id} does not exist` });
    expect(absent).toMatchObject({ ...there, detail: "execution no-such-call does not exist" });
    const writer = as("walter", ["executions:write"]);
    expect((await h.post(`/executions/${call_id}/abort`, { reason: "mine now" }, writer)).status).toBe(404);
    expect((await h.get("/executions", other)).status).toBe(403);
    expect((await h.get("/approvals", other)).status).toBe(403);
  });

  it("an agent with its own token is told at once that another's call is not there, as one that there is not", async () => {
    const listened: string[] = [];
    const listen = (execution_id: string) => {
      listened.push(execution_id);
      return { isOver: () => true, wait: async () => {}, stop: () => {} };
    };
    const h = await harness({ changes: { changed: () => {}, listen } });
    const { call_id } = callReply.parse(await (await h.post("/calls", CALL, agent("agent_1"))).json());
    listened.length = 0;
    for (const path of [`/calls/${call_id}?wait=25`, "/calls/no-such-call?wait=25"]) {
      expect((await h.get(path, agent("agent_2"))).status, path).toBe(404);
    }
    const writer = as("walter", ["executions:write"]);
    expect((await h.get(`/calls/${call_id}?wait=25`, writer)).status).toBe(404);
    expect(listened).toEqual([]);
    expect((await h.get(`/calls/${call_id}?wait=25`, agent("agent_1"))).status).toBe(202);
    expect(listened).toEqual([call_id]);
  });

  it("an agent with a token of its own decides nothing, whatever it is about", async () => {
    const h = await harness();
    const me = agent("agent_1");
    const { call_id } = callReply.parse(await (await h.post("/calls", CALL, me)).json());
    await h.settle();
    const [request] = await h.deps.approvals.ofExecution(call_id);
    const decision = { decision: "approve", digest: request?.digest };
    expect((await h.post(`/approvals/${request?.approval_id}/decision`, decision, me)).status).toBe(403);
    expect((await h.post(`/approvals/${request?.approval_id}/decision`, decision, BOB)).status).toBe(200);
  });

  it("an agent with a token of its own has a token that is no person's: one that is both is refused everywhere", async () => {
    const h = await harness();
    const both = agent("agent_1", "approvals:decide");
    const refused = await problemIn(await h.post("/calls", CALL, both));
    expect(refused).toMatchObject({ status: 403, reason: "agent_or_person" });
    expect((await problemIn(await h.get("/approvals", agent("agent_1", "read")))).reason).toBe("agent_or_person");
    expect((await problemIn(await h.get("/contracts", as("x", ["agent"])))).reason).toBe("agent_or_person");
    const two = as("x", ["agent", agentScope("agent_1"), agentScope("agent_2")]);
    expect((await problemIn(await h.get("/contracts", two))).reason).toBe("agent_or_person");
    expect((await problemIn(await h.get("/contracts", as("agent:agent_1", ["read"])))).reason).toBe("agent_or_person");
  });

  it("an agent with a token of its own is known by any name that an agent may have", async () => {
    const h = await harness();
    const name = "Prüferin, 2nd";
    const reply = await h.post(
      "/calls",
      { ...CALL, agent_id: name },
      { ...agent(name), scopes: ["agent", agentScope(name)] },
    );
    expect(reply.status).toBe(202);
  });

  it("an agent with its own token may be asked for by its own name where only named people may submit for it", async () => {
    const h = await harness();
    const record = { agent_id: "agent_1", owner: "olga", granted_permissions: [], allowed_submitters: ["dora"] };
    await h.deps.agents.put({ ...record, default_confidence: null });
    expect((await h.post("/calls", CALL, agent("agent_1"))).status).toBe(202);
    expect((await h.post("/calls", CALL, ALICE)).status).toBe(400);
  });

  it("an agent with a token of its own waits for the same call as its host does", async () => {
    const h = await harness();
    const first = callReply.parse(await (await h.post("/calls", CALL, ALICE)).json());
    const again = callReply.parse(await (await h.post("/calls", CALL, agent("agent_1"))).json());
    expect(again).toMatchObject({ call_id: first.call_id, attached: true });
  });
});
