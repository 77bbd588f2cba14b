import { quoted } from "../../../plan/suggestion.ts";
import type { Violation } from "../../../plan/violation.ts";
import { isAllowedHost, readHost } from "../../binding/allowed-hosts.ts";
import type { Reach } from "../../binding/binding.ts";
import { type BuiltinBinding, builtinHosts } from "../../binding/builtin/builtin-binding.ts";
import { mayBeMissing, unknownArgument } from "../../binding/known-arguments.ts";
import { type ToolContractInput, writes } from "../../tool-contract.ts";
import { type Found, named, when } from "../faults.ts";

/** The arguments that an adapter cannot do without, and those that it takes; and what its calls are. */
type Form = {
  readonly writes: boolean;
  readonly undoes: boolean;
  readonly needs: readonly string[];
  readonly takes: readonly string[];
};

const MAIL: Form = { writes: true, undoes: false, needs: ["to", "subject", "body"], takes: ["cc"] };
const MEMORY: Form = { writes: false, undoes: false, needs: [], takes: ["query", "limit", "offset"] };
const GOALS: Form = { ...MEMORY, takes: [...MEMORY.takes, "goal_id", "status"] };
const CONTACTS = {
  search: { writes: false, undoes: false, needs: [], takes: ["query", "email", "limit"] },
  create: {
    writes: true,
    undoes: false,
    needs: ["email"],
    takes: ["first_name", "last_name", "phone", "company", "fields"],
  },
  update: { writes: true, undoes: true, needs: ["contact_id", "fields"], takes: [] },
} as const satisfies { readonly [does: string]: Form };

const formOf = (binding: BuiltinBinding): Form => {
  switch (binding.adapter) {
    case "msgraph_mail":
      return MAIL;
    case "gohighlevel_contacts":
      return CONTACTS[binding.does];
    case "memory":
      return MEMORY;
    case "goals":
      return GOALS;
  }
};

const inWords = (binding: BuiltinBinding): string =>
  "does" in binding ? `${binding.adapter} (${binding.does})` : binding.adapter;

type Rule = (contract: ToolContractInput, binding: BuiltinBinding, form: Form) => Found;

/** Every rule about an adapter's contract by its name, which is the `rule` of its violations. */
const BUILTIN_RULES = {
  binding_hosts: (_contract, binding) =>
    builtinHosts(binding).flatMap(({ host, path }) => {
      const read = readHost(host);
      return read.ok ? [] : [{ path, message: `host ${quoted(host)} ${read.refusal}` }];
    }),

  binding_risk: (contract, binding, form) =>
    when(
      writes(contract) !== form.writes,
      "/risk_level",
      form.writes
        ? `${inWords(binding)} writes: a contract that only reads would let it act unasked`
        : `${inWords(binding)} only reads: declare risk_level LOW, or MEDIUM with nothing but read resources`,
    ),

  binding_reference: ({ input_schema }, binding, { needs }) =>
    needs.flatMap((name) => {
      const pointer = `/${name}`;
      if (unknownArgument(input_schema, pointer) === undefined && !mayBeMissing(input_schema, pointer)) return [];
      const message = `${inWords(binding)} needs argument ${quoted(name)}: add it to properties and required`;
      return [{ path: "/input_schema", message }];
    }),

  binding_arguments: ({ input_schema: { properties } }, binding, { needs, takes }) => {
    const known: readonly string[] = [...needs, ...takes];
    const named = typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
    return named
      .filter((name) => !known.includes(name))
      .map((name) => ({
        path: `/input_schema/properties/${name}`,
        message: `${inWords(binding)} has no argument ${quoted(name)}; there is ${known.join(", ")}`,
      }));
  },

  binding_undo: ({ compensation }, binding, { undoes }) =>
    when(
      compensation === "adapter" && !undoes,
      "/compensation",
      `compensation is "adapter", but nothing undoes what ${inWords(binding)} does`,
    ),

  binding_resolution: (contract, binding) =>
    when(
      contract.outcome_resolution === "IDEMPOTENT_KEY",
      "/outcome_resolution",
      `${inWords(binding)} recognises no key when a call is sent again: QUERYABLE looks it up, OPAQUE asks a person`,
    ),
} as const satisfies Record<string, Rule>;

const reachFaults = (binding: BuiltinBinding, { allowed_hosts }: Reach): Found =>
  builtinHosts(binding).flatMap(({ host, path }) => {
    if (isAllowedHost(host, allowed_hosts)) return [];
    const remedy = `an operator allows it (allowed_hosts; on one machine buddy start --allow-host ${host})`;
    return [{ path, message: `this deployment's tools may not reach ${quoted(host)}: ${remedy}` }];
  });

/** Everything that keeps a `builtin` binding from ever being right. `reach`: as of `bindingViolations`. */
export const builtinFaults = (contract: ToolContractInput, binding: BuiltinBinding, reach?: Reach): Violation[] => {
  const form = formOf(binding);
  const own = Object.entries(BUILTIN_RULES).flatMap(([rule, of]: [string, Rule]) =>
    named(rule, of(contract, binding, form)),
  );
  return [...own, ...(reach === undefined ? [] : named("binding_allowed_hosts", reachFaults(binding, reach)))];
};
