import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Definitions, McpServers } from "../../shared/ports/mcp.ts";
import { guardedClient } from "../adapters/http/guarded-client.ts";
import { mcpWhenNeeded } from "../adapters/mcp/when-needed.ts";
import { managedSecrets } from "../adapters/secrets-manager/secrets.ts";
import type { ReadingWays, Ways } from "../tools/bindings.ts";
import { type ReadingWayOut, readingWayOut, type WayOut } from "../tools/http/way-out.ts";
import type { Environment } from "./environment.ts";

type Site = Pick<Environment, "STAGE" | "ALLOWED_HOSTS" | "NETWORKS">;

/** In a function of the cloud, loopback is never a service, and no program is run. */
const reachOf = (site: Site) => ({ allowed_hosts: site.ALLOWED_HOSTS, networks: site.NETWORKS, loopback: false });

const readingOut = (site: Site, client: SecretsManagerClient): ReadingWayOut =>
  readingWayOut(guardedClient(reachOf(site)), managedSecrets(client, site.STAGE, "read"), Date.now);

/** How services are reached by who reads. */
export const readingWays = (
  site: Site,
  registered: { readonly servers: McpServers; readonly definitions: Definitions },
  client = new SecretsManagerClient({}),
): Pick<ReadingWays, "http" | "mcp"> => {
  const out = readingOut(site, client);
  const load = async () =>
    (await import("../adapters/mcp/mcp-client.ts")).mcpClient({ reach: reachOf(site), now: Date.now });
  const mcp = { ...registered, client: mcpWhenNeeded(load), out, now: Date.now };
  return { http: out, mcp };
};

/** How services are reached by who acts: its role reads the other family of secrets as well. */
export const actingWays = (
  site: Site,
  registered: Parameters<typeof readingWays>[1],
  client = new SecretsManagerClient({}),
): Pick<Ways, "http" | "mcp"> => {
  const { http, mcp } = readingWays(site, registered, client);
  const out: WayOut = { ...http, write: managedSecrets(client, site.STAGE, "write") };
  return { http: out, mcp: { ...mcp, out } };
};
