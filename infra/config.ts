import type { Node } from "constructs";
import { z } from "zod";

/** CloudWatch Logs takes only these numbers of days. */
const logRetentionDays = z.union([
  z.literal(1),
  z.literal(7),
  z.literal(14),
  z.literal(30),
  z.literal(90),
  z.literal(180),
  z.literal(365),
  z.literal(731),
]);

/** `-c live_enabled=true` arrives as a string, cdk.json gives a boolean; anything else is refused, never guessed. */
const flag = z.union([z.boolean(), z.stringbool({ truthy: ["true"], falsy: ["false"] })]);

/** `-c jwt_audience=a,b` arrives as one string, cdk.json gives a list. */
const names = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(","))])
  .pipe(z.array(z.string().trim().min(1)).min(1));

/** What one stage of a deployment is told. Everything that has a default has the safe one. */
const settings = z.strictObject({
  /** Part of every name, so that stages live side by side in one account. */
  stage: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, "a stage is 1-20 of a-z, 0-9 and -, beginning with a letter"),
  /** The deployment's own switch: until an operator turns it on, nothing goes LIVE. */
  live_enabled: flag.default(false),
  /**
   * Who mints the callers' tokens: the `iss` claim, where /.well-known/openid-configuration is found. None: the stack
   * brings a Cognito user pool of its own.
   */
  jwt_issuer: z.url({ protocol: /^https$/ }).optional(),
  /** For whom the issuer's tokens must be meant; the clients of the stack's own pool are known without it. */
  jwt_audience: names.optional(),
  /** What the issuer writes before each of this API's scopes; the stack's own pool writes `buddy/`. */
  scope_prefix: z.string().optional(),
  /** Whether people who sign in to the stack's own pool must have a second factor. */
  sign_in_mfa: z.enum(["required", "optional"]).default("required"),
  /** Where the stack's own pool may send people after they signed in. */
  sign_in_callbacks: names.default(["http://localhost:7717/signed-in"]),
  /** Fills the sandbox that the standard tools act on with people and pages, so that there is something to try. */
  seed_sandbox: flag.default(true),
  /** `closed`: an agent has the permissions it was granted; `open`: those it declares (for a trial, never for production). */
  agent_registry: z.enum(["closed", "open"]).default("closed"),
  /** What becomes of the table and the logs when the stack goes. Buckets are always kept: what is locked cannot be deleted. */
  removal_policy: z.enum(["retain", "destroy"]).default("retain"),
  log_retention_days: logRetentionDays.default(365),
  /** For how many days nobody can delete or overwrite a version of an artifact or a body. */
  record_lock_days: z.coerce.number().int().min(1).max(36_500).default(365),
  /** GOVERNANCE can be lifted by a principal that holds the permission to; COMPLIANCE by nobody, the root user included. */
  record_lock_mode: z.enum(["GOVERNANCE", "COMPLIANCE"]).default("GOVERNANCE"),
  /** Requests per second that the API lets through, over all callers, and how many may come at once. */
  api_rate_limit: z.coerce.number().positive().default(50),
  api_burst_limit: z.coerce.number().int().positive().default(100),
  /** Where alarms are sent: an address that confirms the subscription. None: alarms show on the dashboard only. */
  alarm_email: z.email().optional(),
  /** Who is written to when a person has to decide: an address that confirms the subscription. */
  approvals_email: z.email().optional(),
});
export const deploymentConfig = settings.refine(
  ({ jwt_issuer, jwt_audience }) => (jwt_issuer === undefined) === (jwt_audience === undefined),
  { error: "jwt_issuer and jwt_audience belong together: set both, or neither", path: ["jwt_audience"] },
);
export type DeploymentConfig = z.infer<typeof deploymentConfig>;

/** The context is not what a deployment can be made from; the message names every value and what is wrong with it. */
export class BadContext extends Error {
  constructor(why: string) {
    super(`the deployment's context cannot be used:\n${why}`);
    this.name = "BadContext";
  }
}

const stages = z.record(z.string(), z.record(z.string(), z.unknown()));

/**
 * Reads the configuration of the stage named by the context `stage` from the context `stages`; a value given on the
 * command line (`-c live_enabled=true`) wins over the stage's own.
 * @throws BadContext
 */
export const readConfig = (node: Node): DeploymentConfig => {
  const named = z.string().safeParse(node.tryGetContext("stage"));
  const known = stages.safeParse(node.tryGetContext("stages"));
  if (!named.success || !known.success) throw new BadContext("cdk.json must hold `stage` and `stages`");
  const own = known.data[named.data];
  if (own === undefined) {
    throw new BadContext(`stage "${named.data}" is none of ${Object.keys(known.data).join(", ")}`);
  }
  const given = Object.fromEntries(
    Object.keys(settings.shape)
      .map((key) => [key, node.tryGetContext(key)] as const)
      .filter(([, value]) => value !== undefined),
  );
  const parsed = deploymentConfig.safeParse({ ...own, ...given });
  if (!parsed.success) throw new BadContext(z.prettifyError(parsed.error));
  return parsed.data;
};
