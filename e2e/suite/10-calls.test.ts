import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient } from "@aws-sdk/client-sfn";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { beforeAll, describe, expect, it } from "vitest";
import { callReply } from "../../functions/api/schemas.ts";
import { until } from "../client/api.ts";
import { aws } from "../client/deployment.ts";
import { invocationsSince } from "../client/durations.ts";
import { inspectorToken } from "../client/people.ts";
import { AGENTS } from "../client/plans.ts";
import { type Team, team } from "../client/prepared.ts";

/** Every minute, and after an event on the bus, whoever calls. */
const BESIDE = ["Sweep", "Deliver"];

/** Which functions ran since then, each time that one did; `handler` among them. */
const invocations = async ({ at }: Team, since: number, handler: string): Promise<string[]> =>
  // The platform reports an invocation a moment after it has answered.
  until(`the report of ${handler}`, async () => {
    const all = (await invocationsSince(at, since))
      .map((each) => each.handler)
      .filter((name) => !BESIDE.includes(name));
    return all.includes(handler) ? all : undefined;
  });

const read = {
  agent_id: "inspector",
  tool_name: "goal_query",
  arguments: { query: "what was asked in one request" },
  confidence: 0.95,
};

const write = (phone: string) => ({
  agent_id: AGENTS[0].agent_id,
  tool_name: "ghl_update_contact",
  arguments: { contact_id: "c16", fields: { phone } },
  confidence: 0.95,
  wait_seconds: 1,
});

describe("a call in one request", () => {
  let us: Team;
  beforeAll(async () => {
    us = await team();
  });

  it("a call that only reads is one invocation of one function and no run of the state machine", async () => {
    const since = Date.now();
    const answer = await us.agents.ask(callReply, "POST", "/calls", read);
    expect(answer).toMatchObject({ outcome: "done", mode: "LIVE", attached: false });
    expect(await invocations(us, since, "Call")).toEqual(["Call"]);
    const run = `${us.at.state_machine.replace(":stateMachine:", ":execution:")}:${answer.call_id}-1`;
    const described = new SFNClient(aws(us.at)).send(new DescribeExecutionCommand({ executionArn: run }));
    await expect(described).rejects.toBeInstanceOf(ExecutionDoesNotExist);
    expect(await us.alice.execution(answer.call_id)).toMatchObject({ status: "SUCCEEDED", manifests: 1 });
  });

  it("a call behind /mcp is one invocation as well, for an agent with a token of its own and the official client", async () => {
    const { token } = await inspectorToken(us.at);
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    const client = new Client({ name: "inspector", version: "1.0.0" });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${us.at.api}/mcp`), { requestInit }));
    await client.listTools();
    const since = Date.now();
    const meta = { "buddy/confidence": 0.95 };
    const answer = await client.callTool({ name: "goal_query", arguments: { query: "leads of today" }, _meta: meta });
    expect(answer._meta?.["buddy/call"]).toMatchObject({ outcome: "done", mode: "LIVE" });
    expect(await invocations(us, since, "Mcp")).toEqual(["Mcp"]);
    await client.close();
  });

  it("a call that writes waits for a person, is asked about once however often it is made, and is done once", async () => {
    const call = write("+49 30 5550116");
    const first = await us.agents.ask(callReply, "POST", "/calls", call);
    expect(first).toMatchObject({ outcome: "waiting", attached: false });
    const [request, ...more] = await until("the question", async () => {
      const open = await us.bob.openRequests(first.call_id);
      return open.length === 0 ? undefined : open;
    });
    expect(more).toEqual([]);
    const again = await us.agents.ask(callReply, "POST", "/calls", call);
    expect(again).toMatchObject({ outcome: "waiting", for: "approval", call_id: first.call_id, attached: true });
    if (request === undefined) throw new Error("nobody is asked");
    await us.bob.decide(request, "approve");
    await us.alice.ended(first.call_id);
    const told = await us.agents.ask(callReply, "POST", "/calls", call);
    expect(told).toMatchObject({ outcome: "done", call_id: first.call_id, mode: "LIVE", attached: true });
  });
});
