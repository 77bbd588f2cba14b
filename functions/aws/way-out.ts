import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { guardedClient } from "../adapters/http/guarded-client.ts";
import { managedSecrets } from "../adapters/secrets-manager/secrets.ts";
import { type ReadingWayOut, readingWayOut, type WayOut } from "../tools/http/way-out.ts";
import type { Environment } from "./environment.ts";

type Site = Pick<Environment, "STAGE" | "ALLOWED_HOSTS" | "NETWORKS">;

/** How services are reached by who reads. In a function of the cloud, loopback is never a service. */
export const readingOut = (site: Site, client = new SecretsManagerClient({})): ReadingWayOut => {
  const reach = { allowed_hosts: site.ALLOWED_HOSTS, networks: site.NETWORKS, loopback: false };
  return readingWayOut(guardedClient(reach), managedSecrets(client, site.STAGE, "read"), Date.now);
};

/** How services are reached by who acts: its role reads the other family of secrets as well. */
export const actingOut = (site: Site, client = new SecretsManagerClient({})): WayOut => ({
  ...readingOut(site, client),
  write: managedSecrets(client, site.STAGE, "write"),
});
