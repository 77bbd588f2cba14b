import { pointerTo } from "../../../plan/json-pointer.ts";
import { quoted } from "../../../plan/suggestion.ts";
import type { Violation } from "../../../plan/violation.ts";
import { isAllowedHost, readHost } from "../../binding/allowed-hosts.ts";
import type { Reach } from "../../binding/binding.ts";
import type { HttpBinding, HttpRequest } from "../../binding/http/http-binding.ts";
import { referencesInRequest } from "../../binding/http/request-references.ts";
import { type ToolContractInput, writes } from "../../tool-contract.ts";
import { requestsOf } from "../declared-requests.ts";
import { declaredFaults, type RequestForm } from "../declared-rules.ts";
import { type Found, named, when } from "../faults.ts";
import { REQUEST_RULES } from "./request-rules.ts";

const FORM: RequestForm<HttpRequest> = {
  referencesIn: referencesInRequest,
  carriesKey: ({ idempotency_header }) => idempotency_header !== undefined,
  key_field: "idempotency_header",
  key_remedy: 'set idempotency_header, or {"$key": true} in the body',
};

type Rule = (contract: ToolContractInput, binding: HttpBinding) => Found;

const READS = ["GET", "HEAD", "POST"];

/** Every rule about a binding as a whole by its name, which is the `rule` of its violations. */
const HTTP_RULES = {
  binding_hosts: (_contract, { hosts }) =>
    hosts.flatMap((host, index) => {
      const read = readHost(host);
      return read.ok ? [] : [{ path: `/binding/hosts/${index}`, message: `host ${quoted(host)} ${read.refusal}` }];
    }),

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

  binding_statuses: (_contract, { no_effect_statuses }) =>
    no_effect_statuses.flatMap((status, index) =>
      when(
        status < 400 || status > 499 || status === 408,
        `/binding/no_effect_statuses/${index}`,
        `${status} never says that nothing happened: only 400 to 499 without 408 can`,
      ),
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
  const whole = Object.entries(HTTP_RULES).flatMap(([rule, of]) => named(rule, of(contract, binding)));
  const requests = requestsOf(binding).flatMap((placed) =>
    Object.entries(REQUEST_RULES).flatMap(([rule, of]) => named(rule, of(contract, binding, placed))),
  );
  const unreachable = reach === undefined ? [] : named("binding_allowed_hosts", reachFaults(binding, reach));
  return [...declaredFaults(contract, binding, FORM), ...whole, ...requests, ...unreachable];
};
