import type { McpServer } from "../../../shared/contracts/binding/mcp/mcp-server.ts";
import { hostsOf } from "../../../shared/contracts/binding/mcp/server-rules.ts";
import type { SecretFamily } from "../../../shared/contracts/binding/secret-family.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { quoted } from "../../../shared/plan/suggestion.ts";
import type { McpCredentials, McpLimits, McpTarget } from "../../../shared/ports/mcp.ts";
import type { Secrets } from "../../../shared/ports/secrets.ts";
import { authHeaders, heldUp, ownHeaders } from "../http/compose.ts";
import { bearerOf, type NoToken } from "../http/tokens.ts";
import type { ReadingMcpWay } from "./way.ts";

export type Credentialed = { readonly family: SecretFamily; readonly secrets: Secrets };

/** A registered server with one family's secrets, or why it cannot be spoken to: then nothing was sent. */
export const targetOf = async (
  { servers, out }: Pick<ReadingMcpWay, "servers" | "out">,
  name: string,
  { family, secrets }: Credentialed,
  limits: McpLimits,
): Promise<Result<McpTarget, NoToken>> => {
  const server = await servers.get(name);
  if (server === undefined) return refuse({ why: `there is no server ${quoted(name)}` });
  const texts = await textsOf(server, { out, secrets, hosts: server.kind === "http" ? hostsOf(server) : [], limits });
  if (!texts.ok) return texts;
  const { headers = {}, env = {} } = texts.value;
  const named = Object.keys({ ...headers, ...env }).length > 0;
  return accept({
    server,
    credentials: { family: named ? family : "none", headers, env },
    unauthorized: () => out.tokens.refused(bearerOf(headers)),
  });
};

const textsOf = async (
  server: McpServer,
  composing: Parameters<typeof authHeaders>[1],
): Promise<Result<Partial<McpCredentials>, NoToken>> => {
  if (server.kind === "http") {
    const own = await ownHeaders(server, composing);
    if (!own.ok) return own;
    const auth = server.auth === undefined ? accept({}) : await authHeaders(server.auth, composing);
    return auth.ok ? accept({ headers: { ...own.value, ...auth.value } }) : auth;
  }
  const env: [string, string][] = [];
  for (const [variable, secret] of Object.entries(server.env)) {
    const text = await composing.out.known.ask(composing.secrets, secret);
    if (!text.ok) return refuse(heldUp(composing.secrets, text.refusal));
    env.push([variable, text.value]);
  }
  return accept({ env: Object.fromEntries(env) });
};
