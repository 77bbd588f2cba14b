import { pointerTo } from "../../../plan/json-pointer.ts";
import { quoted } from "../../../plan/suggestion.ts";
import type { Violation } from "../../../plan/violation.ts";
import { type ToolContractInput, writes } from "../../tool-contract.ts";
import { isAllowedHost, readHost } from "../allowed-hosts.ts";
import type { Reach } from "../binding.ts";
import type { Reference } from "../reference.ts";
import { readTemplate } from "../template.ts";
import type { HttpBinding } from "./http-binding.ts";
import { referencesInRequest } from "./request-references.ts";
import { type Placed, REQUEST_RULES, referenceFault } from "./request-rules.ts";
import { requestsOf } from "./requests-of.ts";

/** JSON beside the requests that has places: what an answer is compared with. */
const templatesOf = ({ changes, look_up, undo }: HttpBinding) => [
  ...changes.map((change, index) => ({
    at: `/binding/changes/${index}/new`,
    template: change.new,
    knows: ["$arg"] as const,
  })),
  ...(look_up === undefined
    ? []
    : [
        {
          at: "/binding/look_up/happened_when/equals",
          template: look_up.happened_when.equals,
          knows: ["$arg", "$key"] as const,
        },
      ]),
  ...(look_up?.did_not_happen_when === undefined
    ? []
    : [
        {
          at: "/binding/look_up/did_not_happen_when/equals",
          template: look_up.did_not_happen_when.equals,
          knows: ["$arg", "$key"] as const,
        },
      ]),
  ...(undo?.only_when === undefined
    ? []
    : [
        {
          at: "/binding/undo/only_when/still/equals",
          template: undo.only_when.still.equals,
          knows: ["$arg", "$old", "$output"] as const,
        },
      ]),
];

const sourcesUsed = ({ request }: Placed): Set<Reference["source"]> =>
  new Set(referencesInRequest(request).map(({ source }) => source));

const sendsKey = (binding: HttpBinding, at: string): boolean =>
  requestsOf(binding).some(
    (placed) =>
      placed.at === at && (placed.request.idempotency_header !== undefined || sourcesUsed(placed).has("$key")),
  );

type Found = Omit<Violation, "rule">[];
type Rule = (contract: ToolContractInput, binding: HttpBinding) => Found;
const when = (broken: boolean, path: string, message: string): Found => (broken ? [{ path, message }] : []);

const READS = ["GET", "HEAD", "POST"];

/** Every rule about a binding as a whole by its name, which is the `rule` of its violations. */
const HTTP_RULES = {
  binding_hosts: (_contract, { hosts }) =>
    hosts.flatMap((host, index) => {
      const read = readHost(host);
      return read.ok ? [] : [{ path: `/binding/hosts/${index}`, message: `host ${quoted(host)} ${read.refusal}` }];
    }),

  binding_of_a_read: (contract, { read, changes, look_up, undo, call }) => {
    if (writes(contract)) return [];
    const unused = Object.entries({ read, look_up, undo, changes: changes[0], idempotency: call.idempotency_header });
    return unused.flatMap(([name, part]) =>
      when(
        part !== undefined,
        name === "idempotency" ? "/binding/call/idempotency_header" : `/binding/${name}`,
        "a tool that only reads has its call and nothing else: DRY_RUN makes the same request",
      ),
    );
  },

  binding_reads: (contract, { call, read, look_up, undo }) => [
    ...when(
      !writes(contract) && !READS.includes(call.method),
      "/binding/call/method",
      `a tool that only reads sends GET, HEAD or POST, not ${call.method}`,
    ),
    ...Object.entries({
      read,
      "look_up/request": look_up?.request,
      "undo/only_when/request": undo?.only_when?.request,
    }).flatMap(([name, request]) =>
      when(
        request !== undefined && !READS.includes(request.method),
        `/binding/${name}/method`,
        `reads, so it sends GET, HEAD or POST, not ${request?.method}`,
      ),
    ),
  ],

  binding_changes: (_contract, { changes, read }) =>
    when(
      changes.length > 0 && read === undefined,
      "/binding/changes",
      "old values come from read, which is not declared: declare it, or leave changes out",
    ),

  binding_old: (_contract, binding) =>
    binding.read !== undefined
      ? []
      : requestsOf(binding).flatMap((placed) =>
          when(
            sourcesUsed(placed).has("$old"),
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

  binding_resolution: (contract, binding) => [
    ...when(
      contract.outcome_resolution === "IDEMPOTENT_KEY" && writes(contract) && !sendsKey(binding, "/binding/call"),
      "/binding/call",
      'outcome_resolution is IDEMPOTENT_KEY, but no key is sent: set idempotency_header, or {"$key": true} in the body',
    ),
    ...when(
      contract.outcome_resolution === "IDEMPOTENT_KEY" &&
        binding.undo !== undefined &&
        !sendsKey(binding, "/binding/undo"),
      "/binding/undo",
      "an unknown outcome of it is sent again too: it needs a key as the call does",
    ),
    ...when(
      contract.outcome_resolution === "QUERYABLE" && writes(contract) && binding.look_up === undefined,
      "/binding/look_up",
      "outcome_resolution is QUERYABLE, but nothing says how to ask: declare look_up",
    ),
    ...when(
      contract.outcome_resolution !== "QUERYABLE" && binding.look_up !== undefined,
      "/binding/look_up",
      `is never used: outcome_resolution is ${contract.outcome_resolution}, not QUERYABLE`,
    ),
  ],

  binding_statuses: (_contract, { no_effect_statuses }) =>
    no_effect_statuses.flatMap((status, index) =>
      when(
        status < 400 || status > 499 || status === 408,
        `/binding/no_effect_statuses/${index}`,
        `${status} never says that nothing happened: only 400 to 499 without 408 can`,
      ),
    ),

  binding_template: (_contract, binding) =>
    templatesOf(binding).flatMap(({ at, template }) =>
      readTemplate(template, at).faults.map((fault) => ({ path: fault.at, message: fault.message })),
    ),

  binding_reference: (contract, binding) =>
    templatesOf(binding).flatMap(({ at, template, knows }) =>
      readTemplate(template, at).places.flatMap((place) => {
        const fault = referenceFault(contract, knows, place.reference);
        return fault === undefined ? [] : [{ path: place.at, message: fault }];
      }),
    ),
} as const satisfies Record<string, Rule>;

/** Hosts that a contract names and the deployment does not let its tools reach. */
const reachFaults = ({ hosts }: HttpBinding, { allowed_hosts }: Reach): Found =>
  hosts.flatMap((host, index) =>
    isAllowedHost(host, allowed_hosts)
      ? []
      : [
          {
            path: pointerTo("/binding/hosts", index),
            message: `this deployment's tools may not reach ${quoted(host)}: an operator allows it (allowed_hosts; on one machine buddy start --allow-host ${host})`,
          },
        ],
  );

/** Everything that keeps an `http` binding from ever being right. `reach`: as of `bindingViolations`. */
export const httpFaults = (contract: ToolContractInput, binding: HttpBinding, reach?: Reach): Violation[] => {
  const named = (rule: string, found: Found): Violation[] => found.map((fault) => ({ ...fault, rule }));
  const whole = Object.entries(HTTP_RULES).flatMap(([rule, of]) => named(rule, of(contract, binding)));
  const requests = requestsOf(binding).flatMap((placed) =>
    Object.entries(REQUEST_RULES).flatMap(([rule, of]) => named(rule, of(contract, binding, placed))),
  );
  const unreachable = reach === undefined ? [] : named("binding_allowed_hosts", reachFaults(binding, reach));
  return [...whole, ...requests, ...unreachable];
};
