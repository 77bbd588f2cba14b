import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { contractReply, problem, stepDetail, tryReply } from "../../functions/api/schemas.ts";
import { AGENTS } from "../client/plans.ts";
import { type Team, team } from "../client/prepared.ts";

const NOWHERE = "nowhere.invalid";
const UNKNOWN_NAME = "the name nowhere.invalid cannot be resolved: ENOTFOUND";

const contract = (tool_name: string, binding: object) => ({
  ...{ tool_name, risk_level: "MEDIUM", reversible: false, timeout_seconds: 20, outcome_resolution: "OPAQUE" },
  ...{ requires_approval: true, approvals_required: 1, binding },
  input_schema: { type: "object", additionalProperties: false, properties: { text: { type: "string" } } },
});

const CONTRACTS = [
  contract("e2e_nowhere_http", {
    kind: "http",
    hosts: [NOWHERE],
    call: { method: "POST", url: `https://${NOWHERE}/notes`, body: { text: { $arg: "/text" } } },
  }),
  contract("e2e_nowhere_mcp", { kind: "mcp", server: "nowhere", call: { tool: "keep" } }),
];

/**
 * Counterparts of tests listen on loopback, where no deployed tool may go; so these go to a name that no machine has. That is
 * as far as the bundled libraries of HTTP and of MCP are seen at work here.
 */
describe("tools of services that a deployment does not reach", () => {
  let us: Team;
  beforeAll(async () => {
    us = await team();
    const server = { server: "nowhere", kind: "http", url: `https://${NOWHERE}/mcp` };
    await us.alice.ask(z.looseObject({}), "PUT", "/servers/nowhere", server);
    for (const each of CONTRACTS) await us.alice.ask(contractReply, "PUT", `/contracts/${each.tool_name}`, each);
  });

  const submit = (tool_name: string): Promise<string> => {
    const [{ agent_id }] = AGENTS;
    const step = {
      step_id: "s1",
      agent_id,
      tool_name,
      confidence: 0.95,
      arguments: { text: `${tool_name} ${Date.now()}` },
    };
    return us.agents.submit([{ plan_id: tool_name, agents: [{ agent_id, permissions: [] }], steps: [step] }]);
  };
  const reasonOf = async (id: string): Promise<string | null> => {
    expect((await us.alice.ended(id)).status).toBe("FAILED");
    const step = await us.alice.ask(stepDetail, "GET", `/executions/${id}/steps/s1`);
    expect(step).toMatchObject({ ending: "failed", committed: false });
    return step.reason;
  };

  it("tools of services out of reach are called over HTTP once they are approved, and fail for a name that nobody has", async () => {
    const id = await submit("e2e_nowhere_http");
    const asked = await us.bob.request(id, "s1");
    await us.bob.decide(asked, "approve");
    expect(await reasonOf(id)).toContain(UNKNOWN_NAME);
  });

  it("tools of services out of reach are not asked about where their MCP server cannot say what they are", async () => {
    expect(await reasonOf(await submit("e2e_nowhere_mcp"))).toContain(UNKNOWN_NAME);
  });

  it("tools of services out of reach say so to who tries them, or asks their server for its tools", async () => {
    const tried = await us.alice.ask(tryReply, "POST", "/contracts/e2e_nowhere_mcp/try", { arguments: { text: "a" } });
    expect(tried).toMatchObject({ preview: { made: false, why: expect.stringContaining(UNKNOWN_NAME) } });
    const { status, body } = await us.alice.send("GET", "/servers/nowhere/tools");
    expect([status, problem.parse(body).detail]).toEqual([409, expect.stringContaining(UNKNOWN_NAME)]);
  });
});
