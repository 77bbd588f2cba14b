import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { WebhookSecrets } from "../../../shared/ports/webhooks.ts";
import { webhookSecret } from "../../../shared/webhooks/webhook.ts";
import { fullName } from "./full-name.ts";
import { withheld } from "./withheld.ts";

/** Of a stage, one secret for each address: `buddy/<stage>/webhook/<id>`. */
export const managedWebhookSecrets = (client: SecretsManagerClient, stage: string): WebhookSecrets => {
  const nameOf = (webhook_id: string): string => fullName(stage, "webhook", webhook_id);
  const told = async <Value>(asked: Promise<Value>, missing: Value): Promise<Value> => {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return missing;
      throw withheld(error);
    }
  };
  const read = async (webhook_id: string) => {
    const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: nameOf(webhook_id) }));
    return webhookSecret.parse(JSON.parse(SecretString));
  };
  return {
    get: (webhook_id) => told(read(webhook_id), undefined),
    put: async (webhook_id, secret) => {
      const SecretString = JSON.stringify(secret);
      try {
        await client.send(new CreateSecretCommand({ Name: nameOf(webhook_id), SecretString }));
      } catch (error) {
        if (!(error instanceof ResourceExistsException)) throw withheld(error);
        await told(client.send(new PutSecretValueCommand({ SecretId: nameOf(webhook_id), SecretString })), undefined);
      }
    },
    remove: async (webhook_id) => {
      // At once: the address is gone, and nobody signs with it again.
      const gone = new DeleteSecretCommand({ SecretId: nameOf(webhook_id), ForceDeleteWithoutRecovery: true });
      await told(client.send(gone), undefined);
    },
  };
};
