import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { managedSecretNames } from "../adapters/secrets-manager/secret-names.ts";
import type { Deps } from "../deps.ts";
import type { Environment } from "./environment.ts";

/** Which of the stage's secrets there are. */
export const awsSecretNames = ({ STAGE }: Pick<Environment, "STAGE">): Pick<Deps, "secretNames"> => ({
  secretNames: managedSecretNames(new SecretsManagerClient({}), STAGE),
});
