import type { SecretFamily } from "../../../shared/contracts/binding/secret-family.ts";

/** The name of a stage's secret in its account; the roles of functions know it by its beginning. */
export const fullName = (stage: string, family: SecretFamily | "webhook", name: string): string =>
  `buddy/${stage}/${family}/${name}`;
