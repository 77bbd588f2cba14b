import type { SecretFamily } from "../../../shared/ports/secrets.ts";

/** What a secret of a stage is called in its account; the roles of functions know it by its beginning. */
export const fullName = (stage: string, family: SecretFamily, name: string): string =>
  `buddy/${stage}/${family}/${name}`;
