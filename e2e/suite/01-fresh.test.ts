import { beforeAll, describe, expect, it } from "vitest";
import { contractList, eventPage, liveReply, systemState } from "../../functions/api/schemas.ts";
import { standardContracts } from "../../shared/contracts/standard-contracts.ts";
import { Client } from "../client/api.ts";
import { type Deployment, readDeployment } from "../client/deployment.ts";
import { agentToken, signIn } from "../client/people.ts";
import { AGENTS, plan, update } from "../client/plans.ts";

describe("a fresh deployment", () => {
  let at: Deployment;
  let alice: Client;
  beforeAll(async () => {
    at = readDeployment();
    alice = new Client(at, await signIn(at, "alice"));
  });

  it("a fresh deployment says that it lives to everybody, and nothing else to nobody", async () => {
    const nobody = new Client(at);
    expect(await nobody.send("GET", "/livez")).toMatchObject({ status: 200, body: { status: "ok" } });
    expect((await nobody.send("GET", "/executions")).status).toBe(401);
    expect((await nobody.send("POST", "/system/lock", {})).status).toBe(401);
  });

  it("a fresh deployment refuses a token that was changed", async () => {
    const { token, name } = await signIn(at, "alice");
    const [head = "", , signature = ""] = token.split(".");
    const payload = Buffer.from(JSON.stringify({ sub: "root", scope: "buddy/read" })).toString("base64url");
    const forged = new Client(at, { token: `${head}.${payload}.${signature}`, name });
    expect((await forged.send("GET", "/executions")).status).toBe(401);
  });

  it("a fresh deployment lets nobody do what their token does not allow", async () => {
    const reader = new Client(at, await signIn(at, "rita", ["read"]));
    expect((await reader.send("GET", "/executions")).status).toBe(200);
    for (const [method, path] of [
      ["POST", "/executions"],
      ["POST", "/system/lock"],
      ["PUT", "/system/live"],
      ["PUT", "/agents/someone"],
      ["POST", "/approvals/decisions"],
    ] as const) {
      expect((await reader.send(method, path, {})).status, path).toBe(403);
    }
    const agents = new Client(at, await agentToken(at));
    expect((await agents.send("POST", "/approvals/decisions", {})).status).toBe(403);
  });

  it("a fresh deployment has the standard contracts and no lock, and is not live", async () => {
    const { contracts } = await alice.ask(contractList, "GET", "/contracts");
    expect(contracts).toHaveLength(standardContracts().length);
    const state = await alice.ask(systemState, "GET", "/system");
    expect(state).toMatchObject({ live_enabled: false, registry_open: false, locks: [] });
  });

  it("a fresh deployment does nothing for an unregistered agent, and only previews while LIVE is off", async () => {
    const agents = new Client(at, await agentToken(at));
    const plans = [plan("p_off", [update("s1", "c40", { phone: "+49 30 555040" })])];
    expect((await agents.send("POST", "/executions", { plans })).status).toBe(400);

    for (const agent of AGENTS) await alice.send("PUT", `/agents/${agent.agent_id}`, agent);
    const id = await agents.submit(plans);
    const [step] = (await alice.ended(id)).steps;
    expect(step).toMatchObject({ state: "DRY_RUN", finished: true, ceiling: { mode: "DRY_RUN" } });
    expect(step?.ceiling?.reasons.map(({ cause }) => cause)).toContain("live_enabled");
  });

  it("a fresh deployment keeps on record who turned LIVE on, and why", async () => {
    const on = { enabled: true, reason: "the tests act on the sandbox" };
    expect(await alice.ask(liveReply, "PUT", "/system/live", on)).toEqual({ live_enabled: true, changed: true });
    const { items } = await alice.ask(eventPage, "GET", "/executions/operators/events?limit=200");
    expect(items).toContainEqual(expect.objectContaining({ type: "live_enabled", body: { reason: on.reason } }));
  });
});
