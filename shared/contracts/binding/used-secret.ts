import type { SecretFamily } from "./secret-family.ts";

/** A secret that a binding names, where it does, and of which family it is asked for. */
export type UsedSecret = { readonly family: SecretFamily; readonly name: string; readonly path: string };
