import type { SecretFamily } from "../contracts/binding/secret-family.ts";

/** Secrets of one family. Their texts go to the service they are for and nowhere else. */
export interface Secrets {
  readonly family: SecretFamily;
  /** @returns undefined where there is none of that name. @throws where it cannot be told */
  get(name: string): Promise<string | undefined>;
}

/** Which secrets there are, for who judges contracts and is never given a text. */
export interface SecretNames {
  /** @throws where it cannot be told */
  has(family: SecretFamily, name: string): Promise<boolean>;
}
