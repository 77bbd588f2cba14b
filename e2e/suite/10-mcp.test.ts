import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { agentReply, callReply } from "../../functions/api/schemas.ts";
import { type AgentsClient, type Connect, NEWER, OLDER, type Result } from "../../test/harness/mcp-clients.ts";
import { Client, until } from "../client/api.ts";
import { inspectorToken, type Person } from "../client/people.ts";
import { AGENTS, plan, update } from "../client/plans.ts";
import { type Team, team } from "../client/prepared.ts";
import { playScenario, publicSuite, withToken } from "../client/public-suite.ts";

const [WRITER] = AGENTS;
const INSPECTOR = {
  ...{ agent_id: "inspector", owner: "frank", default_confidence: 0.95 },
  granted_permissions: WRITER.granted_permissions,
};

/** The others ask for tools, prompts and resources of a server behind, or for what docs/mcp.md says is not there. */
const SCENARIOS = ["server-initialize", "ping", "tools-list", "prompts-list", "resources-list"];

const answered = z.looseObject({ call_id: z.string(), outcome: z.string() });
const callIn = ({ _meta }: Result) => answered.parse(_meta?.["buddy/call"]);

/** An agent that has a token of its own, by client credentials, at the deployment's door for the protocol. */
describe("the door of a deployment for agents that speak MCP", () => {
  let us: Team;
  let agent: Person;
  let http: Client;
  beforeAll(async () => {
    us = await team();
    // Wider grants of an agent count once a second person puts the same.
    for (const person of [us.alice, us.bob]) await person.ask(agentReply, "PUT", "/agents/inspector", INSPECTOR);
    agent = await inspectorToken(us.at);
    http = new Client(us.at, agent);
  });

  const connected = (connect: Connect): Promise<AgentsClient> =>
    connect(`${us.at.api}/mcp`, { authorization: `Bearer ${agent.token}` });

  const asked = (id: string) => until("the question", async () => (await us.bob.openRequests(id))[0]);

  it.each([OLDER, NEWER])(
    "a write by an official client of the line $line is asked about, done after a yes, and told to the client that comes back",
    async ({ line, connect }) => {
      const call = async (client: AgentsClient) =>
        callIn(await client.call("ghl_update_contact", changes, { meta: { "buddy/wait_seconds": 1 } }));
      const changes = { contact_id: "c19", fields: { phone: `+49 30 ${Date.now()}` } };
      const client = await connected(connect);
      expect(client.line).toBe(line);
      const first = await call(client);
      expect(first).toMatchObject({ outcome: "waiting", attached: false });
      await client.close();

      const request = await asked(first.call_id);
      await us.bob.decide(request, "approve");
      expect(await us.alice.ended(first.call_id)).toMatchObject({ steps: [{ agent_id: "inspector" }] });
      const back = await connected(connect);
      const told = { call_id: first.call_id, outcome: "done", mode: "LIVE", attached: true };
      expect(await call(back)).toMatchObject(told);
      await back.close();
      const events = await us.alice.events(first.call_id);
      expect(events.filter(({ body }) => body.to === "AWAITING_APPROVAL")).toHaveLength(1);
      expect(events.filter(({ type }) => type === "live_succeeded")).toHaveLength(1);
    },
  );

  const posted = async (body: string, headers: Record<string, string> = {}) =>
    http.send("POST", "/mcp", body, { accept: "application/json, text/event-stream", ...headers });

  const LIST = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} });

  it.each([
    ["a body that is no JSON", "{", {}, 400, -32_700],
    ["a key that stands twice", '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', {}, 400, -32_700],
    ["a line that nobody speaks", LIST, { "mcp-protocol-version": "1999-01-01" }, 400, -32_000],
    ["a body of another type", LIST, { "content-type": "text/plain" }, 415, -32_700],
  ])("%s is answered with an error of JSON-RPC, and the door goes on", async (_what, body, headers, status, code) => {
    const refused = await posted(body, headers);
    expect([refused.status, refused.body]).toEqual([status, expect.objectContaining({ jsonrpc: "2.0" })]);
    expect(refused.body).toMatchObject({ error: { code, message: expect.any(String) } });
    expect((await posted(LIST)).status).toBe(200);
  });

  it("an agent's own token decides nothing, stops nothing, reads nobody else's, and names no other agent", async () => {
    const id = await us.agents.submit([plan("p_mcp", [update("s1", "c20", { phone: `+49 30 ${Date.now()}` })])]);
    const { approval_id, digest } = await asked(id);
    const call = { agent_id: WRITER.agent_id, tool_name: "goal_query", arguments: { query: "x" }, confidence: 0.95 };
    const tried = [
      [403, "POST", `/approvals/${approval_id}/decision`, { decision: "approve", digest }],
      [403, "GET", `/approvals/${approval_id}`, undefined],
      [404, "GET", `/executions/${id}`, undefined],
      [404, "GET", `/calls/${id}`, undefined],
      [404, "POST", `/executions/${id}/abort`, { reason: "x" }],
      [403, "POST", "/system/lock", { scope: { kind: "global" }, reason: "x" }],
      [403, "PUT", "/agents/inspector", { ...INSPECTOR, granted_permissions: ["email_send"] }],
      [403, "POST", "/calls", call],
    ] as const;
    for (const [status, method, path, body] of tried) {
      expect((await http.send(method, path, body)).status, `${method} ${path}`).toBe(status);
    }
    expect((await us.bob.request(id, "s1")).votes).toEqual([]);
    await us.bob.act(id, "abort", "seen");
    const own = await http.ask(callReply, "POST", "/calls", { ...call, agent_id: "inspector" });
    expect(own).toMatchObject({ outcome: "done" });
  });

  it("the protocol's own conformance suite is content with the door of a deployment, where it needs no server behind", async () => {
    const [program, door] = await Promise.all([publicSuite(), withToken(`${us.at.api}/mcp`, agent.token)]);
    const played = SCENARIOS.map(async (name) => [name, await playScenario(program, door.url, name)] as const);
    try {
      for (const [name, said] of await Promise.all(played))
        expect(said, name).toMatch(/^Passed: ([1-9]\d*)\/\1, 0 failed/m);
    } finally {
      await door.stop();
    }
  });
});
