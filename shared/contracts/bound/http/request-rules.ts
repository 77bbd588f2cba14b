import { quoted } from "../../../plan/suggestion.ts";
import type { Violation } from "../../../plan/violation.ts";
import { isLoopbackHost } from "../../binding/allowed-hosts.ts";
import { headerFaults } from "../../binding/header-rules.ts";
import { type Address, readAddress, referencesOf } from "../../binding/http/address.ts";
import type { HttpBinding, HttpRequest } from "../../binding/http/http-binding.ts";
import { payloadOf } from "../../binding/http/payload.ts";
import { mayBeMissing } from "../../binding/known-arguments.ts";
import type { ToolContractInput } from "../../tool-contract.ts";
import {
  type Placed,
  type PlacedTemplate,
  referenceFault,
  referenceFaults,
  templateFaults,
} from "../declared-requests.ts";

type Rule = (
  contract: ToolContractInput,
  binding: HttpBinding,
  placed: Placed<HttpRequest>,
) => Omit<Violation, "rule">[];

const withAddress = (
  { at, request }: Placed<HttpRequest>,
  rule: (address: Address, path: string) => Omit<Violation, "rule">[],
): Omit<Violation, "rule">[] => {
  const address = readAddress(request.url);
  return address.ok ? rule(address.value, `${at}/url`) : [];
};

const bodyOf = ({ at, request, knows }: Placed<HttpRequest>): PlacedTemplate => {
  const { as, template } = payloadOf(request) ?? { as: "body", template: null };
  return { at: `${at}/${as}`, template, knows };
};

/** Every rule about one request by its name, which is the `rule` of its violations. */
export const REQUEST_RULES = {
  binding_url: (_contract, _binding, { at, request }) => {
    const address = readAddress(request.url);
    return address.ok ? [] : [{ path: `${at}/url`, message: `address ${quoted(request.url)} ${address.refusal}` }];
  },

  binding_host: (_contract, binding, placed) => [
    ...withAddress(placed, ({ host }, path) => hostFaults(binding, host, path)),
    ...tokenAddress(placed).flatMap(({ url, path }) => {
      const address = readAddress(url);
      if (!address.ok) return [{ path, message: `address ${quoted(url)} ${address.refusal}` }];
      if (referencesOf(address.value).length > 0) return [{ path, message: "takes no places" }];
      return hostFaults(binding, address.value.host, path);
    }),
  ],

  binding_https: (_contract, _binding, placed) =>
    [{ url: placed.request.url, path: `${placed.at}/url` }, ...tokenAddress(placed)].flatMap(({ url, path }) => {
      const address = readAddress(url);
      if (!address.ok || address.value.secure || isLoopbackHost(address.value.host)) return [];
      return [{ path, message: "must begin with https://; http:// is for this machine itself (localhost) only" }];
    }),

  binding_reference: (contract, _binding, placed) => [
    ...withAddress(placed, (address, path) =>
      referencesOf(address).flatMap(({ reference, needed }) => {
        const fault = referenceFault(contract, placed.knows, reference);
        if (fault !== undefined) return [{ path, message: fault }];
        if (!needed || reference.source !== "$arg" || !mayBeMissing(contract.input_schema, reference.pointer))
          return [];
        return [
          { path, message: `its path needs argument ${quoted(reference.pointer)}: make it required in input_schema` },
        ];
      }),
    ),
    ...referenceFaults(contract, bodyOf(placed)),
  ],

  binding_template: (_contract, _binding, placed) => templateFaults(bodyOf(placed)),

  binding_body: (_contract, _binding, { at, request }) => {
    const { method, body, form } = request;
    const payload = payloadOf(request);
    return [
      ...(payload !== undefined && (method === "GET" || method === "HEAD")
        ? [{ path: `${at}/${payload.as}`, message: `a ${method} request has no body; put values into the address` }]
        : []),
      ...(body !== undefined && form !== undefined
        ? [{ path: `${at}/form`, message: "a request has a body in JSON or a form, not both" }]
        : []),
    ];
  },

  binding_header: (_contract, _binding, { at, request }) => headerFaults(at, request),
} as const satisfies Record<string, Rule>;

const tokenAddress = ({ at, request: { auth } }: Placed<HttpRequest>): { url: string; path: string }[] =>
  auth?.as === "client_credentials" ? [{ url: auth.token_url, path: `${at}/auth/token_url` }] : [];

const hostFaults = ({ hosts }: HttpBinding, host: string, path: string) =>
  hosts.includes(host)
    ? []
    : [{ path, message: `reaches ${quoted(host)}, which is not among the binding's hosts (${hosts.join(", ")})` }];
