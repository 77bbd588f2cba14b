import { z } from "zod";
import { workerGroup } from "../shared/contracts/binding/worker/worker-binding.ts";
import { addressKnownLater } from "./known-later.ts";
import {
  callback,
  days,
  flag,
  hostPattern,
  httpsAddress,
  list,
  MAX_AUDIENCES,
  MAX_CALLBACKS,
  MAX_TOLD,
  memberOf,
  named,
  number,
  pageOrigin,
  rate,
  retentions,
  told,
  whole,
} from "./setting-kinds.ts";

const NUMBER_OF_DAYS = "a whole number of days from 1 to 36500";
const RATE = "a number of requests per second above 0";
const BURST = "a whole number of requests of at least 1";
const EMAIL = "one e-mail address, whose owner confirms the subscription";

/**
 * The settings of one stage of a deployment. Everything that has a default has the safe one; what each setting takes is
 * its description, which a refusal repeats.
 */
export const settings = z.strictObject({
  /** Part of every name, so that stages live side by side in one account. */
  stage: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,19}$/)
    .describe("1 to 20 of a-z, 0-9 and -, beginning with a letter"),
  /** The deployment's own switch: until an operator turns it on, nothing goes LIVE. */
  live_enabled: flag.default(false).describe("true or false"),
  /**
   * The issuer of the callers' tokens: the `iss` claim, where /.well-known/openid-configuration is found. None: the
   * stack brings a Cognito user pool of its own.
   */
  jwt_issuer: httpsAddress.optional().describe("the issuer's https:// address, as its tokens have it in `iss`"),
  /** For whom the issuer's tokens must be meant; the clients of the stack's own pool are known without it. */
  jwt_audience: list(z.string().trim().min(1), 1, MAX_AUDIENCES)
    .optional()
    .describe(
      `one audience or several, separated by commas, as the issuer's tokens have them in \`aud\`, ${MAX_AUDIENCES} at most`,
    ),
  /** The prefix that the issuer writes before each of this API's scopes; the stack's own pool writes `buddy/`. */
  scope_prefix: z
    .string()
    .regex(/^[!#-[\]-~]*$/)
    .optional()
    .describe("what your issuer writes before each scope, such as api://buddy/, without blanks and quotes"),
  /** How the console's page signs people in at an issuer of the team's own. None: it says that it cannot. */
  console_sign_in: z
    .strictObject({
      authorize_url: httpsAddress,
      token_url: httpsAddress,
      client_id: z.string().min(1),
      scopes: z.array(z.string().min(1)).min(1),
    })
    .optional()
    .describe(
      "of your issuer: authorize_url, token_url, the client_id of a public client that may return to /console, and the scopes to ask for",
    ),
  /** Whether people who sign in to the stack's own pool must have a second factor. */
  sign_in_mfa: z.enum(["required", "optional"]).default("required").describe("required or optional"),
  /** Where the stack's own pool may send people after they signed in. */
  sign_in_callbacks: list(callback, 1, MAX_CALLBACKS)
    .default(["http://localhost:7717/signed-in"])
    .describe(
      `https:// addresses without a fragment, separated by commas, ${MAX_CALLBACKS} at most; http:// is for localhost only`,
    ),
  /** Hosts that tools may reach, if a contract names them too. None: tools act on the sandbox only. */
  allowed_hosts: told(hostPattern).describe(
    `hosts such as crm.example.com, *.example.com or crm.example.com:8443, separated by commas, ${MAX_TOLD} characters at most`,
  ),
  /** Networks beside the public internet that tools may reach; it takes functions that are in such a network as well. */
  networks: told(z.union([z.cidrv4(), z.cidrv6()])).describe(
    `networks such as 10.20.0.0/16, separated by commas, ${MAX_TOLD} characters at most`,
  ),
  /**
   * Groups of workers: each has a scope and, in the stack's own pool, a client. API Gateway takes ten scopes for a route. None: no
   * contract can be bound to workers.
   */
  worker_groups: named(z.string().trim().pipe(workerGroup))
    .pipe(z.array(z.string()).max(10))
    .optional()
    .transform((groups) => groups ?? [])
    .describe("ten groups at most, of a-z, 0-9 and -, separated by commas"),
  /**
   * Agents that ask with tokens of their own: each has a client in the stack's own pool. API Gateway believes fifty
   * clients at most; a team with more agents brings an issuer of its own.
   */
  agents: named(
    z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/),
  )
    .pipe(z.array(z.string()).max(30))
    .optional()
    .transform((agents) => agents ?? [])
    .describe("thirty names at most, of letters, digits and _ . -, separated by commas"),
  /**
   * A collector of spans, such as one in a layer beside each function. It is told who approved what, and no value of
   * anybody's.
   */
  otlp_endpoint: z
    .url({ protocol: /^https?$/ })
    .superRefine((text, { addIssue }) => {
      const address = URL.parse(text);
      // Refused already, as every text that is no address.
      if (address === null) return;
      const { protocol, hostname, username, password } = address;
      const isBeside = hostname === "localhost" || hostname === "127.0.0.1";
      if ((protocol === "https:" || isBeside) && username === "" && password === "") return;
      addIssue({ code: "invalid_format", format: "url", input: text });
    })
    .optional()
    .describe("one address of https, or of http on localhost, without a name or a password in it"),
  /** Fills the sandbox that the standard tools act on with people and pages, so that there is something to try. */
  seed_sandbox: flag.default(true).describe("true or false"),
  /** `closed`: an agent has the permissions it was granted; `open`: those it declares (for a trial, never for production). */
  agent_registry: z.enum(["closed", "open"]).default("closed").describe("closed or open"),
  /** For how long the same call counts as made already, whatever less a submission asks for. */
  duplicate_window_floor_hours: number
    .pipe(z.number().min(0).max(8_760))
    .default(1)
    .describe("a number of hours from 0 to 8760, fractions allowed"),
  /**
   * By how much the clocks of two functions may differ. No call of one of them is taken for over by another, nor an unknown
   * outcome looked up, before that much more time has passed.
   */
  largest_clock_skew_seconds: number
    .pipe(z.number().min(0).max(300))
    .default(300)
    .describe("a number of seconds from 0 to 300, fractions allowed"),
  /**
   * The fate of the table and the logs when the stack goes. Buckets are always kept: what is locked cannot be deleted.
   */
  removal_policy: z.enum(["retain", "destroy"]).default("retain").describe("retain or destroy"),
  /**
   * Whether errors are logged with their words, which may quote arguments and answers of tools; without, lines say what
   * kind of error it was and where it was thrown.
   */
  log_details: flag.default(false).describe("true or false"),
  log_retention_days: number
    .pipe(z.union(retentions.map((days) => z.literal(days))))
    .default(365)
    .describe(`a number of days that CloudWatch knows: ${retentions.join(", ")}`),
  /** For how many days nobody can delete or overwrite a version of an artifact or a body. */
  record_lock_days: days.default(365).describe(NUMBER_OF_DAYS),
  /** GOVERNANCE can be lifted by a principal that holds the permission to; COMPLIANCE by nobody, the root user included. */
  record_lock_mode: z.enum(["GOVERNANCE", "COMPLIANCE"]).default("GOVERNANCE").describe("GOVERNANCE or COMPLIANCE"),
  /**
   * After how many days what people and agents wrote goes from the bucket: bodies, artifacts and their versions, which
   * hold personal data. None: never by itself.
   */
  record_keep_days: days.optional().describe(`${NUMBER_OF_DAYS}, no fewer than record_lock_days`),
  /** Requests per second that the API lets through, over all callers, and how many may come at once. */
  api_rate_limit: rate.default(50).describe(RATE),
  api_burst_limit: whole.default(100).describe(BURST),
  /** The same of each route by which people and operators act or administer; never above the limits of all. */
  api_act_rate_limit: rate.default(10).describe(RATE),
  api_act_burst_limit: whole.default(20).describe(BURST),
  /**
   * How many functions of Act the region keeps free, whatever else runs: people decide, lock and stop through it. None
   * unless told: an account that may run ten at once has none to keep, and a deployment that asks for some fails.
   */
  act_reserved_concurrency: number
    .pipe(z.number().int().min(0).max(1_000))
    .default(0)
    .describe("a whole number of functions from 0 (none) to 1000, which the account can spare"),
  /**
   * The same of placing a lock, whatever the limits of all: requests without a token may use up the rate of a route, and
   * no function runs for them.
   */
  api_lock_rate_limit: rate.default(200).describe(RATE),
  api_lock_burst_limit: whole.default(400).describe(BURST),
  /** Whose pages a browser lets call the API. None: no page elsewhere can. */
  cors_origins: list(pageOrigin)
    .optional()
    .transform((origins) => origins ?? [])
    .describe(
      "origins such as https://desk.example.com, as browsers write them, separated by commas, without a path and without asterisks",
    ),
  /** Where alarms are sent. None: alarms show on the dashboard only. */
  alarm_email: z.email().optional().describe(EMAIL),
  /** The address that is written to when a person has to decide. */
  approvals_email: z.email().optional().describe(EMAIL),
  /** Members of Slack, each with the person in whose name a click of theirs decides. */
  slack_people: named(z.string().regex(/^[UW][A-Z0-9]{1,32}=[^=,]{1,128}$/), memberOf)
    .optional()
    .transform((people) => people ?? [])
    .describe("ids of members of Slack with the names of people, such as U012AB3CD=alice,U098ZY7XW=bob"),
  /** Where the links in those messages lead. None: to the request's page in the console. */
  approvals_page: addressKnownLater(z.url({ protocol: /^https$/ }).regex(/[/=]$/))
    .optional()
    .describe("the https:// address of your page for requests, ending in / or =, behind which the link's id is put"),
});
