import type { z } from "zod";
import { AGENT_SCOPE, SCOPES, workScope } from "../shared/scopes.ts";
import { withInstead } from "./known-later.ts";
import { settings } from "./settings.ts";

/**
 * So many bytes of what one function is told are these settings'. Lambda takes 4,096 for all variables of a function, as
 * JSON; names of the stack's own resources, and the names of the variables, may take the rest.
 */
export const MAX_TOLD_TOGETHER = 2_450;

/** Every function is told the prefix of scopes. */
const everywhere = ["scope_prefix"] as const;
/** Settings that one function is told together; a function that is told fewer of them is not here. */
const toldTogether = [
  [...everywhere, "allowed_hosts", "networks", "otlp_endpoint", "cors_origins", "jwt_issuer"],
  [...everywhere, "allowed_hosts", "networks", "slack_people"],
  [...everywhere, "allowed_hosts", "worker_groups"],
  [...everywhere, "console_sign_in"],
] as const satisfies readonly (readonly (keyof z.infer<typeof settings>)[])[];

/** The bytes that a setting takes among the variables of a function: in quotes, with its own quotes escaped. */
const bytesOf = (value: unknown): number => {
  if (value === undefined) return 0;
  const text = typeof value === "string" ? value : Array.isArray(value) ? value.join() : JSON.stringify(value);
  return Buffer.byteLength(JSON.stringify(text)) - 2;
};

type Parsed = z.infer<typeof settings>;

/** A function that would be told more than it can be, in words; to be shortened are the settings named. */
const toldTooMuch = (config: Parsed, names: (typeof toldTogether)[number]): string | undefined => {
  const sizes = names.map((name) => [name, bytesOf(config[name])] as const).filter(([, bytes]) => bytes > 0);
  const sum = sizes.reduce((before, [, bytes]) => before + bytes, 0);
  if (sum <= MAX_TOLD_TOGETHER) return undefined;
  const shares = sizes.map(([name, bytes]) => `${name} (${bytes})`).join(", ");
  return `${shares} take ${MAX_TOLD_TOGETHER} bytes at most, together: one function is told of all of it`;
};

/** A route of API Gateway takes no longer scope, the issuer's prefix included. */
const MAX_SCOPE = 64;
/** In words, where a route would ask for a scope that is too long. A part of a prefix that is known later counts for nothing. */
const scopeTooLong = ({ scope_prefix = "", worker_groups }: Parsed): string | undefined => {
  const scopes = [...SCOPES, AGENT_SCOPE, ...worker_groups.map(workScope)];
  const longest = scopes.reduce((one, other) => (other.length > one.length ? other : one));
  const length = withInstead(scope_prefix, "").length + longest.length;
  if (length <= MAX_SCOPE) return undefined;
  const shorten = longest.startsWith("work:") ? "the prefix or the name of the group" : "the prefix";
  return `scope_prefix and the scope ${longest} take ${MAX_SCOPE} characters at most, together, and would be ${length}: shorten ${shorten}`;
};

/** Words that no prefix of a user pool's domain may hold. */
const RESERVED = /aws|amazon|cognito/;

/** A rule of settings together. It can be looked at where each of `of` can be as it is. */
type Rule = {
  readonly of: readonly (keyof Parsed)[];
  /** In words; none where the rule holds. */
  readonly fault: (config: Parsed) => string | undefined;
};

const RULES: readonly Rule[] = [
  {
    of: ["jwt_issuer", "jwt_audience"],
    fault: ({ jwt_issuer, jwt_audience }) =>
      (jwt_issuer === undefined) === (jwt_audience === undefined)
        ? undefined
        : "jwt_issuer and jwt_audience belong together: set both, or neither to have a user pool of the stack's own",
  },
  {
    of: ["jwt_issuer", "scope_prefix"],
    fault: ({ jwt_issuer, scope_prefix }) =>
      jwt_issuer !== undefined || scope_prefix === undefined
        ? undefined
        : "scope_prefix is for an issuer of your own: set jwt_issuer and jwt_audience too, or leave it out",
  },
  { of: ["scope_prefix", "worker_groups"], fault: (config) => scopeTooLong(config) },
  {
    of: ["record_keep_days", "record_lock_days"],
    fault: ({ record_keep_days: keep, record_lock_days: lock }) =>
      keep === undefined || keep >= lock
        ? undefined
        : "record_keep_days is fewer than record_lock_days: nothing goes while it is locked; raise the one or lower the other",
  },
  {
    of: ["jwt_issuer", "stage"],
    fault: ({ jwt_issuer, stage }) =>
      jwt_issuer !== undefined || !RESERVED.test(stage)
        ? undefined
        : "stage becomes part of the address where people sign in, in which Cognito takes neither aws, amazon nor cognito: name the stage otherwise, or set jwt_issuer and jwt_audience",
  },
  ...toldTogether.map((names): Rule => ({ of: names, fault: (config) => toldTooMuch(config, names) })),
];

/** A refusal of two settings or more says of which ones in the `params` of its issue, as `of`. */
export const deploymentConfig = settings.superRefine((config, { addIssue }) => {
  for (const { of, fault } of RULES) {
    const message = fault(config);
    if (message !== undefined) addIssue({ code: "custom", message, params: { of }, input: config });
  }
});

export type DeploymentConfig = z.infer<typeof deploymentConfig>;
