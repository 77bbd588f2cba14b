import type { Violation } from "../../plan/violation.ts";
import type { Declared } from "../binding/declared.ts";
import type { Reference } from "../binding/reference.ts";
import { type ToolContractInput, writes } from "../tool-contract.ts";
import { type Placed, referenceFaults, requestsOf, templateFaults, templatesOf } from "./declared-requests.ts";
import { type Found, lookUpFaults, named, when } from "./faults.ts";

/** The facts that the rules need about the requests of one kind of binding. */
export type RequestForm<Request> = {
  referencesIn(request: Request): readonly Reference[];
  /** Whether the key goes with it beside its places. */
  carriesKey(request: Request): boolean;
  /** Where that is said: `idempotency_header`. */
  readonly key_field: string;
  /** How a key is sent, in words. */
  readonly key_remedy: string;
};

type Rule = <Request>(contract: ToolContractInput, binding: Declared<Request>, form: RequestForm<Request>) => Found;

const sendsKey = <Request>(request: Request, { carriesKey, referencesIn }: RequestForm<Request>): boolean =>
  carriesKey(request) || referencesIn(request).some(({ source }) => source === "$key");

const takesOld = <Request>({ request }: Placed<Request>, { referencesIn }: RequestForm<Request>): boolean =>
  referencesIn(request).some(({ source }) => source === "$old");

/** Rules about what a binding declares beside its call, whatever its requests are made of. */
const DECLARED_RULES = {
  binding_of_a_read: (contract, { read, changes, look_up, undo, call }, form) => {
    if (writes(contract)) return [];
    const keyed = form.carriesKey(call) ? true : undefined;
    const unused = Object.entries({ read, look_up, undo, changes: changes[0], [`call/${form.key_field}`]: keyed });
    return unused.flatMap(([name, part]) =>
      when(
        part !== undefined,
        `/binding/${name}`,
        "a tool that only reads has its call and nothing else: DRY_RUN makes the same request",
      ),
    );
  },

  binding_changes: (_contract, { changes, read }) =>
    when(
      changes.length > 0 && read === undefined,
      "/binding/changes",
      "old values come from read, which is not declared: declare it, or leave changes out",
    ),

  binding_old: (_contract, binding, form) =>
    binding.read !== undefined
      ? []
      : requestsOf(binding).flatMap((placed) =>
          when(
            takesOld(placed, form),
            placed.at,
            "takes $old, an old value, but the binding declares no read that would show it",
          ),
        ),

  binding_undo: (contract, { undo, changes }) => [
    ...when(
      contract.compensation === "adapter" && undo === undefined,
      "/compensation",
      'compensation is "adapter", but the binding declares no undo',
    ),
    ...when(
      undo !== undefined && contract.compensation !== "adapter",
      "/binding/undo",
      'is never used: set compensation to "adapter", or leave undo out',
    ),
    ...when(
      undo !== undefined && undo.only_when === undefined && changes.length === 0,
      "/binding/undo",
      "undoes only what is still as the call left it: declare read and changes, or only_when",
    ),
  ],

  binding_resolution: (contract, { call, undo, look_up }, form) => [
    ...when(
      contract.outcome_resolution === "IDEMPOTENT_KEY" && writes(contract) && !sendsKey(call, form),
      "/binding/call",
      `outcome_resolution is IDEMPOTENT_KEY, but no key is sent: ${form.key_remedy}`,
    ),
    ...when(
      contract.outcome_resolution === "IDEMPOTENT_KEY" && undo !== undefined && !sendsKey(undo, form),
      "/binding/undo",
      "an unknown outcome of it is sent again too: it needs a key as the call does",
    ),
    ...lookUpFaults(contract, look_up !== undefined),
  ],

  binding_template: (_contract, binding) => templatesOf(binding).flatMap(templateFaults),

  binding_reference: (contract, binding) => templatesOf(binding).flatMap((placed) => referenceFaults(contract, placed)),
} as const satisfies Record<string, Rule>;

/** Everything that keeps what a binding declares from ever being right. */
export const declaredFaults = <Request>(
  contract: ToolContractInput,
  binding: Declared<Request>,
  form: RequestForm<Request>,
): Violation[] =>
  Object.entries(DECLARED_RULES).flatMap(([rule, of]: [string, Rule]) => named(rule, of(contract, binding, form)));
