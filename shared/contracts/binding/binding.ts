import { z } from "zod";
import { browserBinding } from "./browser/browser-binding.ts";
import { builtinBinding } from "./builtin/builtin-binding.ts";
import { httpBinding } from "./http/http-binding.ts";
import { lambdaBinding } from "./lambda/lambda-binding.ts";
import { mcpBinding } from "./mcp/mcp-binding.ts";
import { workerBinding } from "./worker/worker-binding.ts";

const sandboxBinding = z.strictObject({ kind: z.literal("sandbox") });

const KINDS = [
  sandboxBinding,
  httpBinding,
  mcpBinding,
  lambdaBinding,
  workerBinding,
  browserBinding,
  builtinBinding,
] as const;

/** The words for each kind, as a contract's author is told where another was written. */
const IN_WORDS = {
  sandbox: "Buddy's own world",
  http: "one HTTPS request",
  mcp: "a tool of a registered MCP server",
  lambda: "a function of yours in AWS",
  worker: "a process of yours",
  browser: "actions on a page",
  builtin: "an adapter of Buddy's own",
} as const satisfies Record<z.infer<(typeof KINDS)[number]>["kind"], string>;

const allKinds = Object.entries(IN_WORDS).map(([kind, words]) => `"${kind}" (${words})`);

/** How a LIVE call reaches what it acts on: one kind, one folder beside this file. */
export const binding = z.discriminatedUnion("kind", KINDS, {
  error: `must be ${allKinds.slice(0, -1).join(", ")} or ${allKinds.at(-1)}: other kinds cannot be called yet`,
});
export type Binding = z.infer<typeof binding>;

/** The binding of a contract whose calls leave Buddy's own world. */
export type OutwardBinding = Exclude<Binding, { readonly kind: "sandbox" }>;

/** The binding by which a contract's calls leave Buddy's own world; undefined where they stay, which a sandbox's says as none does. */
export const outwardBinding = ({ binding }: { readonly binding?: Binding | undefined }): OutwardBinding | undefined =>
  binding === undefined || binding.kind === "sandbox" ? undefined : binding;

/** The kinds and hosts that a deployment's tools may use. A contract chooses among it; it cannot add to it. */
export type Reach = {
  /** Patterns of hosts; none: no host at all. */
  readonly allowed_hosts: readonly string[];
  /** Of the secrets that a contract names those that there are not, such as `write/crm`; left out where nobody looked. */
  readonly missing_secrets?: ReadonlySet<string>;
  /** Groups whose workers can have a token; any, where it is left out. */
  readonly worker_groups?: readonly string[] | undefined;
  /** The beginning of the ARN of every function that may be called; null where none may; any, where it is left out. */
  readonly functions_of?: string | null | undefined;
  /** Names of the MCP servers that are registered; left out where nobody looked. */
  readonly servers?: ReadonlySet<string>;
  /** False where there is no browser. */
  readonly browser?: boolean;
};
