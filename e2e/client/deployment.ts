import { readFileSync } from "node:fs";
import { z } from "zod";

/** Where a deployment is, for whoever tests it. */
export const deployment = z.strictObject({
  /** Where AWS answers. */
  aws: z.url(),
  region: z.string(),
  stack: z.string(),
  /** The templates that the CDK synthesised for it. */
  assembly: z.string(),
  /** Buddy's own API. */
  api: z.url(),
  /** The console, by the name that its output gives. */
  console: z.url(),
  /** Where people sign in and clients get tokens. */
  sign_in: z.url(),
  user_pool: z.string(),
  people_client: z.string(),
  agents_client: z.string(),
  inspector_client: z.string(),
  workers_client: z.string(),
  signing_key: z.string(),
  state_machine: z.string(),
  table: z.string(),
  bucket: z.string(),
  bus: z.string(),
  /** Where its functions send spans, and the file that they are written to there. */
  collector: z.strictObject({ endpoint: z.url(), file: z.string() }),
});
export type Deployment = z.infer<typeof deployment>;

/** Names the file that describes the deployment under test. */
export const DEPLOYMENT_FILE = "BUDDY_E2E_DEPLOYMENT";

export const readDeployment = (): Deployment =>
  deployment.parse(JSON.parse(readFileSync(z.string().parse(process.env[DEPLOYMENT_FILE]), "utf8")));

/** How a client of any AWS service reaches the deployment's account; anything passes for credentials on the emulator. */
export const aws = (at: Pick<Deployment, "aws" | "region">) => ({
  endpoint: at.aws,
  region: at.region,
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});
