import { z } from "zod";

/** `a,b` as a list; an empty text names nothing. */
const names = z.string().transform((text) => text.split(",").filter((name) => name !== ""));

/** The settings that every function of a deployment is told when it starts. */
const environment = z.object({
  STAGE: z.string().min(1),
  /** Which of the functions this is. */
  HANDLER: z.string().min(1),
  LOG_DETAILS: z.stringbool(),
  TABLE_NAME: z.string().min(1),
  BODIES_BUCKET: z.string().min(1),
  BUS_NAME: z.string().min(1),
  STATE_MACHINE_ARN: z.string().min(1),
  DEFINITION_DIGEST: z.string().min(1),
  LIVE_ENABLED: z.stringbool(),
  AGENT_REGISTRY: z.enum(["open", "closed"]),
  DUPLICATE_WINDOW_FLOOR_HOURS: z.coerce.number().min(0),
  LARGEST_CLOCK_SKEW_SECONDS: z.coerce.number().min(0),
  SIGNING_KEY_ID: z.string().min(1),
  SCOPE_PREFIX: z.string(),
  /** Whom those ask who wake executions. */
  WAKE_FUNCTION: z.string().min(1).optional(),
  /** Hosts that tools may reach; told to those who call tools, and who take their contracts. */
  ALLOWED_HOSTS: names.default([]),
  /** Groups whose workers can have a token; told to those who take contracts. */
  WORKER_GROUPS: names.default([]),
  /** Origins of pages that may speak to the API; told to who answers the Model Context Protocol. */
  ORIGINS: names.default([]),
  /** Members of Slack and the person each is, `U1=alice,U2=bob`; told to who answers Slack. */
  SLACK_PEOPLE: names
    .default([])
    .transform((pairs) =>
      Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)])),
    ),
  /** Where the console is; told to who writes messages to people. */
  CONSOLE_URL: z.string().min(1).optional(),
  /** The issuer of tokens; told to the same. */
  ISSUER: z.string().min(1).optional(),
  /** Networks beside the public internet that tools may reach; told to those who call tools. */
  NETWORKS: names.default([]),
});
export type Environment = z.infer<typeof environment>;

/** @throws ZodError naming the variable that is missing */
export const readEnvironment = (): Environment => environment.parse(process.env);
