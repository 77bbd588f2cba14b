import { type McpServer, mcpServer } from "../../../shared/contracts/binding/mcp/mcp-server.ts";
import { serverFaults, serverSecrets } from "../../../shared/contracts/binding/mcp/server-rules.ts";
import { noSecret, secretInWords } from "../../../shared/contracts/bound/secrets-used.ts";
import { contractsByName } from "../../../shared/contracts/registry.ts";
import { thrownText } from "../../../shared/plan/cut-text.ts";
import { canonicalJson } from "../../../shared/plan/digest.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { schemaViolations } from "../../../shared/plan/schema-violations.ts";
import { listViolations, type Violation } from "../../../shared/plan/violation.ts";
import { compareAndSet } from "../../../shared/ports/contention.ts";
import type { SeenServer } from "../../../shared/ports/mcp.ts";
import type { Deps } from "../../deps.ts";
import { recordLost, recordOperator } from "../act/record-operator.ts";
import { notFoundNear } from "../http/near-name.ts";
import { conflicting, invalidInput, oneViolation } from "../http/problems.ts";
import type { Problem, ServerReply } from "../schemas.ts";

type Using = Pick<Deps, "servers" | "contracts" | "auditLog" | "clock" | "policy" | "secretNames">;

const TURNS = 20;

/**
 * Registers an MCP server. One that contracts name stays where it is: where their calls go is part of what was approved.
 * Another one is another name, and a new version of each contract.
 */
export const putServer =
  (deps: Using) =>
  async (name: string, body: unknown, caller: string): Promise<Result<ServerReply & { created: boolean }, Problem>> => {
    const read = await readServer(deps, name, body);
    if (!read.ok) return read;
    const server = read.value;
    return compareAndSet(`server ${name}`, TURNS, async () => {
      const fit = await fitting(deps, server);
      if (!fit.ok) return fit;
      const { seen, reply } = fit.value;
      if (reply.unchanged) return accept({ ...reply, created: false });
      const at = deps.clock.now().toISOString();
      await recordOperator(deps, caller, at, "server_put", { server });
      if (!(await deps.servers.put(server, seen ?? null))) {
        await recordLost(deps, caller, at, "server_put", { server });
        return "moved";
      }
      return accept({ ...reply, created: seen === undefined });
    });
  };

/** Answers as `putServer` would, and keeps nothing. */
export const checkServer =
  (deps: Using) =>
  async (name: string, body: unknown): Promise<Result<ServerReply, Problem>> => {
    const read = await readServer(deps, name, body);
    if (!read.ok) return read;
    const fit = await fitting(deps, read.value);
    return fit.ok ? accept(fit.value.reply) : fit;
  };

const readServer = async (deps: Using, name: string, body: unknown): Promise<Result<McpServer, Problem>> => {
  const given = typeof body === "object" && body !== null && !Array.isArray(body) ? body : {};
  const parsed = mcpServer.safeParse({ server: name, ...given }, { reportInput: true });
  if (!parsed.success) return refuse(invalidInput(listViolations(schemaViolations(parsed.error, mcpServer))));
  const server = parsed.data;
  if (server.server !== name) {
    return refuse(oneViolation({ path: "/server", rule: "server", message: `must be ${name}, as in the path` }));
  }
  const violations = [...serverFaults(server, deps.policy), ...(await missingOf(deps, server))];
  return violations.length > 0 ? refuse(invalidInput({ violations, more: 0 })) : accept(server);
};

type Fit = { readonly seen: SeenServer | undefined; readonly reply: ServerReply };

/** Whether the server may take the place of the one of its name, as things stand. */
const fitting = async (deps: Using, server: McpServer): Promise<Result<Fit, Problem>> => {
  const seen = await deps.servers.seen(server.server, deps.clock.now().toISOString());
  const known = seen?.server;
  if (known !== undefined && canonicalJson(known) === canonicalJson(server)) {
    return accept({ seen, reply: { server: known, unchanged: true } });
  }
  const users = seen === undefined || speaksAlike(seen.server, server) ? [] : await usersOf(deps, seen);
  if (users.length === 0) return accept({ seen, reply: { server, unchanged: false } });
  return refuse(conflicting(inUse(server.server, users, "register the other one under another name")));
};

/** Whether both are spoken to in one way: what is passed on to agents beside tools was approved with no contract. */
const speaksAlike = (one: McpServer, other: McpServer): boolean =>
  canonicalJson(wayTo(one)) === canonicalJson(wayTo(other));
const wayTo = ({ passes_on: _to_agents, ...way }: McpServer) => way;

/** Removes a server that no contract names. */
export const removeServer =
  (deps: Omit<Using, "policy" | "secretNames">) =>
  (name: string, caller: string): Promise<Result<{ readonly removed: string }, Problem>> =>
    compareAndSet(`server ${name}`, TURNS, async () => {
      const now = deps.clock.now().toISOString();
      const seen = await deps.servers.seen(name, now);
      if (seen === undefined) {
        const names = async () => (await deps.servers.readable()).items.map(({ server }) => server);
        return refuse(await notFoundNear("server", name, names));
      }
      const users = await usersOf(deps, seen);
      if (users.length > 0) return refuse(conflicting(inUse(name, users, "give them another binding first")));
      await recordOperator(deps, caller, now, "server_removed", { server: name });
      if (await deps.servers.remove(name, seen)) return accept({ removed: name });
      await recordLost(deps, caller, now, "server_removed", { server: name });
      return "moved";
    });

const NAMED = 5;

const inUse = (server: string, tools: readonly string[], remedy: string): string => {
  const more = tools.length > NAMED ? ` and ${tools.length - NAMED} more` : "";
  return `server ${server} is where ${tools.slice(0, NAMED).join(", ")}${more} is called: ${remedy}`;
};

/** The tools whose contracts name it, and those whose contracts are about to: these may stand before this is answered. */
const usersOf = async (
  { contracts }: Pick<Using, "contracts">,
  { server, held_by }: SeenServer,
): Promise<readonly string[]> => {
  const named = [...contractsByName(await contracts.all()).values()].flatMap(({ tool_name, binding }) =>
    binding?.kind === "mcp" && binding.server === server.server ? [tool_name] : [],
  );
  return [...new Set([...named, ...held_by])];
};

/** Tools are listed with the secret for reading, so that much is there from the beginning. */
const missingOf = async ({ secretNames }: Using, server: McpServer): Promise<Violation[]> => {
  const missing: Violation[] = [];
  for (const { name, path } of serverSecrets(server)) {
    const rule = "server_secrets";
    try {
      if (await secretNames.has("read", name)) continue;
      missing.push({ path, rule, message: noSecret(secretInWords({ family: "read", name })) });
    } catch (error) {
      missing.push({ path, rule, message: `whether its secret is there cannot be told: ${thrownText(error)}` });
    }
  }
  return missing;
};
