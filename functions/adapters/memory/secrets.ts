import type { Secrets } from "../../../shared/ports/secrets.ts";

export const memorySecrets = (texts: { readonly [name: string]: string } = {}): Secrets => ({
  get: async (name) => (Object.hasOwn(texts, name) ? texts[name] : undefined),
});
