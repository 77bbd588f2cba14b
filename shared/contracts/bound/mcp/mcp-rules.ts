import { quoted } from "../../../plan/suggestion.ts";
import type { Violation } from "../../../plan/violation.ts";
import type { Reach } from "../../binding/binding.ts";
import type { McpBinding, McpRequest } from "../../binding/mcp/mcp-binding.ts";
import type { Reference } from "../../binding/reference.ts";
import { readTemplate } from "../../binding/template.ts";
import type { ToolContractInput } from "../../tool-contract.ts";
import { type Placed, type PlacedTemplate, referenceFaults, requestsOf, templateFaults } from "../declared-requests.ts";
import { declaredFaults, type RequestForm } from "../declared-rules.ts";
import { type Found, named } from "../faults.ts";

/** All arguments as they are, which is what a request without any of its own is called with. */
const ALL_ARGUMENTS = { $arg: "" };

export const argumentsOf = ({ arguments: own = ALL_ARGUMENTS }: McpRequest) => own;

/** Every place in what a tool is called with. */
export const referencesInMcpRequest = (request: McpRequest): Reference[] =>
  readTemplate(argumentsOf(request), "").places.map(({ reference }) => reference);

const FORM: RequestForm<McpRequest> = {
  referencesIn: referencesInMcpRequest,
  carriesKey: ({ idempotency_meta }) => idempotency_meta !== undefined,
  key_field: "idempotency_meta",
  key_remedy: 'set idempotency_meta to the field of _meta that the server documents, or {"$key": true} in arguments',
};

type Rule = (contract: ToolContractInput, binding: McpBinding) => Found;

const templateOf = ({ at, request, knows }: Placed<McpRequest>): PlacedTemplate => ({
  at: `${at}/arguments`,
  template: argumentsOf(request),
  knows,
});

/** Servers ignore arguments that they do not know: `dryRun`, which one tool has and its neighbour lacks, writes there. */
const saysWhatElse = ({ input_schema }: ToolContractInput): boolean =>
  input_schema.additionalProperties !== undefined || input_schema.unevaluatedProperties !== undefined;

const MCP_RULES = {
  binding_template: (_contract, binding) => requestsOf(binding).flatMap((placed) => templateFaults(templateOf(placed))),

  binding_reference: (contract, binding) =>
    requestsOf(binding).flatMap((placed) => referenceFaults(contract, templateOf(placed))),

  binding_arguments: (contract, binding) =>
    saysWhatElse(contract) || !requestsOf(binding).some(({ request }) => takesAll(request))
      ? []
      : [
          {
            path: "/input_schema",
            message:
              "a server ignores arguments that it does not know, so what else may be sent is said here: set additionalProperties to false",
          },
        ],

  binding_pins: (_contract, binding) => {
    const called = new Set(requestsOf(binding).map(({ request }) => request.tool));
    const names = binding.pins.map(({ name }) => name);
    return names.flatMap((name, index) => {
      const path = `/binding/pins/${index}/name`;
      if (!called.has(name)) return [{ path, message: `${quoted(name)} is called by nothing in this binding` }];
      return names.indexOf(name) === index ? [] : [{ path, message: `${quoted(name)} is pinned twice` }];
    });
  },
} as const satisfies Record<string, Rule>;

const takesAll = (request: McpRequest): boolean => {
  return referencesInMcpRequest(request).some((each) => each.source === "$arg" && each.pointer === "");
};

/** Everything that keeps an `mcp` binding from ever being right. */
export const mcpFaults = (contract: ToolContractInput, binding: McpBinding, reach?: Reach): Violation[] => {
  const own = Object.entries(MCP_RULES).flatMap(([rule, of]: [string, Rule]) => named(rule, of(contract, binding)));
  return [...declaredFaults(contract, binding, FORM), ...own, ...unknownServer(binding, reach)];
};

const unknownServer = ({ server }: McpBinding, reach?: Reach): Violation[] => {
  if (reach?.servers === undefined || reach.servers.has(server)) return [];
  const message = `there is no server ${quoted(server)}: register it first (buddy servers add <file>)`;
  return [{ path: "/binding/server", rule: "binding_server", message }];
};
