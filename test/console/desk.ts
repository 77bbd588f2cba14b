import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningServer, type ServerOptions, startServer } from "../../local/server.ts";
import { mintToken } from "../../local/tokens.ts";
import { SCOPES } from "../../shared/scopes.ts";
import { renderRecordLine } from "../../shared/verification/record-line.ts";

export type Step = {
  readonly tool: string;
  readonly arguments: Record<string, unknown>;
  readonly after?: readonly string[];
  readonly rationale?: string;
};

/** `agent`: who proposes it, if not the usual one. */
export type Plan = {
  readonly id: string;
  readonly goal?: string;
  readonly agent?: string;
  readonly steps: readonly Step[];
};

type Asked = {
  readonly approval_id: string;
  readonly kind: string;
  readonly step_id: string;
  readonly tool_name: string;
  readonly digest: string;
};

/** A server of this machine with people who work with it over the API, beside the page under test. */
export type Desk = {
  readonly server: RunningServer;
  readonly folder: string;
  /** A request of the API in somebody's name. */
  ask<Value>(as: string, method: string, path: string, body?: unknown): Promise<Value>;
  /** @returns the execution's id */
  submit(plans: readonly Plan[], as?: string, config?: Record<string, unknown>): Promise<string>;
  /** The open requests of an execution, as soon as there are so many. */
  asked(execution: string, count?: number): Promise<readonly Asked[]>;
  /** When the execution has ended and its artifacts are there. */
  ended(execution: string): Promise<void>;
  /** The execution's record as `record.ndjson` has it. */
  recordOf(execution: string): Promise<string>;
  bytes(path: string): Promise<Uint8Array>;
  /** Ends the server, and starts it again at the same address, over the same folder. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

const AGENT = { agent_id: "crm_agent", permissions: ["ghl_access", "ghl_write", "email_send", "mployer_access"] };

/** Looks again until something is there; the test's time limit ends it. */
const until = async <Value>(look: () => Promise<Value | undefined>): Promise<Value> => {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** `more`: what else the server is told, such as the hosts that it may reach. */
export const startDesk = async (more: Partial<ServerOptions> = {}): Promise<Desk> => {
  const folder = await mkdtemp(join(tmpdir(), "buddy-console-"));
  const options = { data_dir: folder, live_enabled: true, registry_open: true, ...more };
  let server = await startServer({ ...options, port: 0 });
  const ask = async <Value>(as: string, method: string, path: string, body?: unknown): Promise<Value> => {
    const token = await mintToken(folder, { name: as, scopes: SCOPES, now: new Date() });
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    const value: Value = JSON.parse(await response.text());
    return value;
  };
  return {
    get server() {
      return server;
    },
    folder,
    ask,
    submit: async (plans, as = "alice", config = {}) => {
      const body = { plans: plans.map(planOf), config };
      const { execution_id } = await ask<{ execution_id: string }>(as, "POST", "/executions", body);
      return execution_id;
    },
    asked: (execution, count = 1) =>
      until(async () => {
        type Queue = { plans: { approvals: Asked[] }[] };
        const { plans } = await ask<Queue>("zoe", "GET", `/approvals?execution=${execution}&limit=1000`);
        const open = plans.flatMap(({ approvals }) => approvals);
        return open.length >= count ? open : undefined;
      }),
    ended: async (execution) => {
      await until(async () => {
        const { ended_at } = await ask<{ ended_at: string | null }>("zoe", "GET", `/executions/${execution}`);
        return ended_at ?? undefined;
      });
    },
    recordOf: async (execution) => {
      type Page = { items: Parameters<typeof renderRecordLine>[0][]; next: string | null };
      let lines = "";
      for (let next: string | null = ""; next !== null; ) {
        const page: Page = await ask(
          "zoe",
          "GET",
          `/executions/${execution}/record${next === "" ? "" : `?next=${next}`}`,
        );
        lines += page.items.map((line) => `${renderRecordLine(line)}\n`).join("");
        next = page.next;
      }
      return lines;
    },
    bytes: async (path) => {
      const token = await mintToken(folder, { name: "zoe", scopes: ["read"], now: new Date() });
      const response = await fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } });
      return new Uint8Array(await response.arrayBuffer());
    },
    restart: async () => {
      const port = Number(new URL(server.url).port);
      await server.stop();
      server = await startServer({ ...options, port });
    },
    stop: async () => {
      await server.stop();
      // A run that the stop cut off may be writing its files yet.
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
};

const planOf = ({ id, goal, agent = AGENT.agent_id, steps }: Plan) => ({
  plan_id: id,
  ...(goal === undefined ? {} : { goal }),
  agents: [{ ...AGENT, agent_id: agent }],
  steps: steps.map(({ tool, arguments: args, after = [], rationale }, place) => ({
    step_id: `s${place + 1}`,
    agent_id: agent,
    tool_name: tool,
    confidence: 0.95,
    arguments: args,
    depends_on: after,
    ...(rationale === undefined ? {} : { rationale }),
  })),
});

export const update = (contact_id: string, fields: Record<string, unknown>): Step => ({
  tool: "ghl_update_contact",
  arguments: { contact_id, fields },
  rationale: "the customer asked for it by mail",
});

export const mail = (subject: string, body = "Hello Ann,\n\nwelcome on board.\n\nBest\nthe team"): Step => ({
  tool: "msgraph_send_email",
  arguments: { to: ["ann@bluebird-logistics.example"], subject, body },
});
