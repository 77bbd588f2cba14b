import { AGENT_SCOPE } from "../../../shared/scopes.ts";
import type { Deps } from "../../deps.ts";
import type { RouterOptions } from "../router.ts";

const WELL_KNOWN = "/.well-known/oauth-protected-resource";

/**
 * Where a client gets an agent's token (RFC 9728), below the path of what it protects and where clients look else. API
 * Gateway refuses who has none and does not say this address: clients know it. Nothing on one machine, which has no
 * issuer to ask.
 */
export const protectedResource: NonNullable<RouterOptions["open"]> = ({ policy }: Pick<Deps, "policy">) => {
  const { issuer, scope_prefix = "" } = policy.door ?? {};
  if (issuer === undefined) return {};
  const tell = (origin: string) => ({
    resource: `${origin}/mcp`,
    resource_name: "Buddy",
    authorization_servers: [issuer],
    scopes_supported: [scope_prefix + AGENT_SCOPE],
    bearer_methods_supported: ["header"],
  });
  return { [WELL_KNOWN]: tell, [`${WELL_KNOWN}/mcp`]: tell };
};
