import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { guardedNotices } from "../adapters/http/guarded-notices.ts";
import { managedWebhookSecrets } from "../adapters/secrets-manager/webhook-secrets.ts";
import type { Deps } from "../deps.ts";
import type { Environment } from "./environment.ts";

/** The secrets of registered addresses. */
export const awsWebhookSecrets = ({ STAGE }: Pick<Environment, "STAGE">): Pick<Deps, "webhookSecrets"> => ({
  webhookSecrets: managedWebhookSecrets(new SecretsManagerClient({}), STAGE),
});

/** The way out to them. In a function of the cloud, loopback is never an address. */
export const awsNotices = (env: Pick<Environment, "ALLOWED_HOSTS" | "NETWORKS">): Pick<Deps, "notices"> => ({
  notices: guardedNotices({ allowed_hosts: env.ALLOWED_HOSTS, networks: env.NETWORKS, loopback: false }),
});
