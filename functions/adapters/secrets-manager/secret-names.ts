import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { SecretNames } from "../../../shared/ports/secrets.ts";
import { fullName } from "./full-name.ts";
import { withheld } from "./withheld.ts";

/** Which of a stage's secrets there are. One that is marked for deletion is there no more. */
export const managedSecretNames = (client: SecretsManagerClient, stage: string): SecretNames => ({
  has: async (family, name) => {
    try {
      const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: fullName(stage, family, name) }));
      return DeletedDate === undefined;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return false;
      throw withheld(error);
    }
  },
});
