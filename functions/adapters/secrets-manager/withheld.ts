import { SecretsManagerServiceException } from "@aws-sdk/client-secrets-manager";
import { Surprise } from "../../../shared/plan/surprise.ts";

/** Secrets Manager did not give a secret, as the words say, without naming accounts, keys or roles. */
export class SecretWithheld extends Surprise {
  override readonly name = "SecretWithheld";
}

/** Names of errors of Secrets Manager, and their meaning for the reader of why a call was not made. */
const WORDS: { readonly [name: string]: string } = {
  AccessDeniedException: "this function may not read it",
  DecryptionFailure: "the key that it is encrypted with does not decrypt it for this function",
  InvalidRequestException: "it is marked for deletion, or has no value yet",
  ThrottlingException: "Secrets Manager has no room for more requests just now",
};

const inWords = (cause: unknown): string => {
  if (!(cause instanceof SecretsManagerServiceException)) return "Secrets Manager was not reached";
  const known = Object.hasOwn(WORDS, cause.name) ? WORDS[cause.name] : undefined;
  return known ?? `Secrets Manager answered ${cause.name}`;
};

/** Of what the client threw, an error that may be shown. */
export const withheld = (cause: unknown): SecretWithheld => new SecretWithheld(inWords(cause), { cause });
