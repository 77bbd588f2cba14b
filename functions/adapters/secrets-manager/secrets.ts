import { GetParameterError, ParameterNotFoundError } from "@aws-lambda-powertools/parameters/errors";
import { SecretsProvider } from "@aws-lambda-powertools/parameters/secrets";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SecretFamily } from "../../../shared/contracts/binding/secret-family.ts";
import type { Secrets } from "../../../shared/ports/secrets.ts";
import { fullName } from "./full-name.ts";
import { SecretWithheld, withheld } from "./withheld.ts";

/** For so long a text that was fetched counts: one that is replaced counts everywhere when it is over. */
const KEPT_SECONDS = 60;

/**
 * One family of a stage's secrets: `buddy/<stage>/read/<name>`. A secret that is not there is asked for again each
 * time.
 */
export const managedSecrets = (client: SecretsManagerClient, stage: string, family: SecretFamily): Secrets => {
  const provider = new SecretsProvider({ awsSdkV3Client: client });
  return {
    family,
    get: async (name) => {
      try {
        const options = { maxAge: KEPT_SECONDS, throwOnMissing: true } as const;
        const found = await provider.get(fullName(stage, family, name), options);
        if (typeof found !== "string") throw new SecretWithheld("it holds bytes: put it there as text");
        // A text that was put from a file ends its line; what is kept on one machine loses that too.
        return found.replace(/\r?\n$/u, "");
      } catch (error) {
        if (error instanceof ParameterNotFoundError) return undefined;
        if (error instanceof GetParameterError) throw withheld(error.cause);
        throw error;
      }
    },
  };
};
