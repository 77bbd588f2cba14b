import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Buddy, connect } from "@buddy/client";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { type RunningServer, startServer } from "../../../local/server.ts";
import { mintToken, type TokenRequest } from "../../../local/tokens.ts";
import { AGENT_SCOPE, agentScope } from "../../../shared/scopes.ts";

const contract = (tool_name: string, changes: object) => ({
  tool_name,
  description: "",
  risk_level: "MEDIUM",
  reversible: false,
  timeout_seconds: 20,
  requires_approval: true,
  approvals_required: 1,
  compensation: "none",
  outcome_resolution: "OPAQUE",
  input_schema: {
    type: "object",
    additionalProperties: false,
    required: ["text"],
    properties: { text: { type: "string", minLength: 1 } },
  },
  resources: [{ key: "notebook", access: "write" }],
  binding: { kind: "worker", group: "notes" },
  ...changes,
});

const CONTRACTS = [
  contract("note_add", {}),
  contract("note_list", {
    risk_level: "LOW",
    reversible: true,
    timeout_seconds: 5,
    outcome_resolution: "IDEMPOTENT_KEY",
    requires_approval: false,
    approvals_required: 0,
    input_schema: { type: "object", additionalProperties: false, properties: {} },
    resources: [{ key: "notebook", access: "read" }],
  }),
  contract("note_find", {
    risk_level: "LOW",
    reversible: true,
    timeout_seconds: 5,
    outcome_resolution: "IDEMPOTENT_KEY",
    requires_approval: false,
    approvals_required: 0,
    input_schema: {
      type: "object",
      additionalProperties: false,
      required: ["text"],
      properties: { text: { type: "string" }, limit: { type: "integer" } },
    },
    resources: [{ key: "notebook", access: "read" }],
  }),
  contract("note_shout", { binding: { kind: "worker", group: "notes", previews: true } }),
  contract("page_read", { binding: undefined }),
];

/** A server and its callers: agents with tokens of their own and the worker's, and Bob, who decides. */
export type Served = {
  readonly buddy: (agent: string) => Promise<Buddy>;
  readonly bob: () => Promise<Buddy>;
  /** The open request about an agent's call, once there is one. */
  readonly asked: (agent: string) => Promise<{ readonly approval_id: string; readonly digest: string }>;
  readonly decide: (
    agent: string,
    decision: "approve" | "reject" | "did_not_happen",
    comment?: string,
  ) => Promise<void>;
  /** Bob changes the arguments of an agent's call, and Dora approves what became of them. */
  readonly change: (agent: string, args: { readonly text: string }) => Promise<void>;
  readonly requests: (agent: string) => Promise<number>;
  readonly url: () => string;
  readonly token: (name: string, scopes: TokenRequest["scopes"]) => Promise<string>;
};

/** A server of one machine for the tests of a file. */
export const served = (): Served => {
  let folder = "";
  let server: RunningServer | undefined;
  const open: Buddy[] = [];
  const url = (): string => server?.url ?? "";
  const token = (name: string, scopes: TokenRequest["scopes"]) => mintToken(folder, { name, scopes, now: new Date() });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "buddy-client-"));
    server = await startServer({ data_dir: folder, port: 0, live_enabled: true, registry_open: true });
    const authorization = `Bearer ${await token("carol", ["contracts:write"])}`;
    for (const each of CONTRACTS) {
      const headers = { authorization, "content-type": "application/json" };
      const address = `${server.url}/contracts/${each.tool_name}`;
      const put = await fetch(address, { method: "PUT", headers, body: JSON.stringify(each) });
      expect(put.ok, await put.text()).toBe(true);
    }
  });
  // A worker of another test would take calls of the same tools.
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });
  afterAll(async () => {
    await server?.stop();
    // A task that the stop left at its work may still write its files.
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  const kept = (buddy: Buddy): Buddy => {
    open.push(buddy);
    return buddy;
  };
  const person = async (name: string) =>
    kept(connect({ url: url(), token: await token(name, ["approvals:decide", "read"]) }));
  const bob = () => person("bob");
  const all = async (agent: string, status: "open" | "rejected" | "approved") => {
    const found = [];
    for await (const each of (await bob()).approvals.all({ agent, status })) found.push(each);
    return found;
  };
  const asked: Served["asked"] = (agent) =>
    expect
      .poll(() => all(agent, "open"), { timeout: 20_000, interval: 20 })
      .toHaveLength(1)
      .then(async () => {
        const [request] = await all(agent, "open");
        if (request === undefined) throw new Error("nobody is asked any more");
        return request;
      });
  return {
    url,
    token,
    bob,
    asked,
    buddy: async (agent) =>
      kept(
        connect({
          url: url(),
          agent,
          token: await token(agent, [AGENT_SCOPE, agentScope(agent)]),
          workerToken: await token("worker-notes", ["work:notes"]),
        }),
      ),
    decide: async (agent, decision, comment) => {
      const { approval_id, digest } = await asked(agent);
      await (await bob()).approvals.decide(approval_id, {
        decision,
        digest,
        ...(comment === undefined ? {} : { comment }),
      });
    },
    change: async (agent, args) => {
      const { approval_id, digest } = await asked(agent);
      const edited = { decision: "edit", digest, comment: "as agreed", arguments: args } as const;
      await (await bob()).approvals.decide(approval_id, edited);
      await expect.poll(async () => (await asked(agent)).digest, { timeout: 20_000 }).not.toBe(digest);
      const now = await asked(agent);
      await (await person("dora")).approvals.decide(now.approval_id, { decision: "approve", digest: now.digest });
    },
    requests: async (agent) =>
      (await Promise.all([all(agent, "open"), all(agent, "rejected"), all(agent, "approved")])).flat().length,
  };
};
