import type { SecretFamily } from "../../../shared/contracts/binding/secret-family.ts";
import type { SecretNames, Secrets } from "../../../shared/ports/secrets.ts";

type Texts = { readonly [name: string]: string };

export const memorySecrets = (family: SecretFamily, texts: Texts = {}): Secrets => ({
  family,
  get: async (name) => (Object.hasOwn(texts, name) ? texts[name] : undefined),
});

export const memorySecretNames = (families: { readonly [family in SecretFamily]: Texts }): SecretNames => ({
  has: async (family, name) => Object.hasOwn(families[family], name),
});
