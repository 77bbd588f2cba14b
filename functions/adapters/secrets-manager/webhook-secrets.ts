import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import type { Moved } from "../../../shared/ports/contention.ts";
import type { WebhookSecrets } from "../../../shared/ports/webhooks.ts";
import { webhookSecret } from "../../../shared/webhooks/webhook.ts";
import { fullName } from "./full-name.ts";
import { withheld } from "./withheld.ts";

const CURRENT = "AWSCURRENT";
/** A label of its own for each version would soon be more than a secret may have. */
const NEXT = "next";

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
  const current = async (webhook_id: string) => {
    const { SecretString = "", VersionId } = await client.send(
      new GetSecretValueCommand({ SecretId: nameOf(webhook_id) }),
    );
    return { secret: webhookSecret.parse(JSON.parse(SecretString)), VersionId };
  };
  /** The word for what is current is moved on condition, which a new text alone could not be. */
  const makeCurrent = async (webhook_id: string, MoveToVersionId: string, RemoveFromVersionId: string) => {
    const SecretId = nameOf(webhook_id);
    const moved = { SecretId, VersionStage: CURRENT, MoveToVersionId, RemoveFromVersionId };
    try {
      await client.send(new UpdateSecretVersionStageCommand(moved));
      return "replaced";
    } catch (error) {
      // It is said of a lost race as of a request that is wrong in itself.
      const lost = error instanceof InvalidParameterException;
      if (lost && (await current(webhook_id)).VersionId !== RemoveFromVersionId) return "moved";
      throw error;
    }
  };
  return {
    get: (webhook_id) =>
      told(
        current(webhook_id).then(({ secret }) => secret),
        undefined,
      ),
    put: async (webhook_id, secret) => {
      const SecretString = JSON.stringify(secret);
      try {
        await client.send(new CreateSecretCommand({ Name: nameOf(webhook_id), SecretString }));
      } catch (error) {
        if (!(error instanceof ResourceExistsException)) throw withheld(error);
        await told(client.send(new PutSecretValueCommand({ SecretId: nameOf(webhook_id), SecretString })), undefined);
      }
    },
    replace: (webhook_id, secret, read) => {
      const replaced = async () => {
        const stands = await current(webhook_id);
        if (stands.VersionId === undefined || stands.secret.signing !== read.signing) return "moved";
        const SecretString = JSON.stringify(secret);
        const put = { SecretId: nameOf(webhook_id), SecretString, VersionStages: [NEXT] };
        const { VersionId = "" } = await client.send(new PutSecretValueCommand(put));
        return makeCurrent(webhook_id, VersionId, stands.VersionId);
      };
      return told<"replaced" | Moved>(replaced(), "moved");
    },
    remove: async (webhook_id) => {
      // At once: the address is gone, and nobody signs with it again.
      const gone = new DeleteSecretCommand({ SecretId: nameOf(webhook_id), ForceDeleteWithoutRecovery: true });
      await told(client.send(gone), undefined);
    },
  };
};
