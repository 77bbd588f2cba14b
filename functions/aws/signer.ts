import { KMSClient } from "@aws-sdk/client-kms";
import { kmsSigner } from "../adapters/kms/signer.ts";
import type { Deps } from "../deps.ts";
import type { Environment } from "./environment.ts";

/** The key that seals manifests. */
export const awsSigner = (env: Environment): Pick<Deps, "signer"> => ({
  signer: kmsSigner(new KMSClient({}), env.SIGNING_KEY_ID),
});
