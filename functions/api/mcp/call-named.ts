import { type CallToolResult, type ContentBlock, isCallToolResult } from "@modelcontextprotocol/server";
import { z } from "zod";
import { ownName } from "../../../shared/contracts/offer/offered-names.ts";
import { META_PREFIX, metaField } from "../../../shared/contracts/offer/offered-tool.ts";
import { namedResource } from "../../../shared/contracts/offer/passed-names.ts";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import { traceparentIn } from "../../../shared/execution/record/trace-context.ts";
import { argumentSizeFault } from "../../../shared/plan/argument-size.ts";
import { callRequest, LONGEST_WAIT_SECONDS, USUAL_WAIT_SECONDS } from "../../../shared/plan/call-request.ts";
import { canonicalJson } from "../../../shared/plan/digest.ts";
import { isJsonObject, type Json, json } from "../../../shared/plan/json.ts";
import { pointerTo } from "../../../shared/plan/json-pointer.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import type { NoNewCall } from "../call/ask-for-call.ts";
import { type CallDeps, callTool } from "../call/call-tool.ts";
import { goingOnWith } from "../call/goes-on.ts";
import { oneViolation } from "../http/problems.ts";
import { readAs } from "../http/read-as.ts";
import type { CallReply, Problem } from "../schemas.ts";
import type { Asking } from "./asking.ts";
import { contractNamed } from "./offers.ts";
import { resultOf, resultOfProblem } from "./results.ts";
import { saidIn } from "./said-beside.ts";
import { goingOn, type SecondRound } from "./second-round.ts";

/** One `tools/call` as it came. */
export type NamedCall = {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>> | undefined;
  readonly meta: Readonly<Record<string, unknown>> | undefined;
  /** It is waited for no longer, whatever its client says; clients give up after 60 seconds at the latest. */
  readonly wait_seconds?: number;
  readonly round?: SecondRound;
};

export type NamedReply = { readonly reply: CallReply; readonly contract: ToolContract };

/** A call by the name that the door offers its tool under: the same use case as `POST /calls`. */
export const callNamed = async (
  deps: CallDeps & Pick<Deps, "contracts">,
  asking: Asking,
  { name, arguments: given = {}, meta, wait_seconds = LONGEST_WAIT_SECONDS, round }: NamedCall,
  signal: AbortSignal,
): Promise<Result<NamedReply, Problem>> => {
  const tooLarge = argumentSizeFault(given);
  if (tooLarge !== undefined) {
    return refuse(oneViolation({ path: "/arguments", rule: "arguments_too_large", message: tooLarge }));
  }
  const text = readAs(z.string(), name, "/name");
  if (!text.ok) return text;
  const said = saidIn(meta);
  if (!said.ok) return said;
  const { contract_hash, idempotency_key, goes_on_with, ...beside } = said.value;
  const { wait_seconds: said_seconds = USUAL_WAIT_SECONDS, ...words } = beside;
  const contract = await contractNamed(deps, name);
  const no_new_call = await notAsListed(deps, { name, contract, contract_hash });
  const { agent, submitter, origin, correlation_id, traceparent } = asking;
  const asked = {
    agent_id: agent,
    tool_name: contract?.tool_name ?? name,
    arguments: given,
    ...words,
    wait_seconds: Math.min(wait_seconds, said_seconds),
  };
  const call = readAs(callRequest, asked, "");
  if (!call.ok) return call;
  const made = await callTool(deps)({
    // A request that was sent before is the same call: its words, and for how long it is waited for, are no part of that.
    text: textOf({ name, arguments: given }),
    texts_before: [textOf({ name, arguments: given, ...words })],
    call: call.value,
    submitter,
    agent,
    idempotency_key: idempotency_key === undefined ? undefined : `mcp-call:${idempotency_key}`,
    correlation_id,
    traceparent: traceparentIn(meta?.traceparent) ?? traceparent,
    origin,
    signal,
    ...goingOnWith({ ...call.value, goes_on_with }, pointerTo("/_meta", `${META_PREFIX}goes_on_with`)),
    ...goingOn(round, call.value.tool_name, { name, agent }),
    ...(no_new_call === undefined ? {} : { no_new_call }),
  });
  if (!made.ok) return made;
  const { reply } = made.value;
  const { tool_name } = made.value.contract;
  const warnings = contract === undefined ? [`${name} leads to no tool any more: this is about ${tool_name}`] : [];
  return accept({
    reply: { ...reply, warnings: [...reply.warnings, ...warnings] },
    contract: made.value.contract,
  });
};

const textOf = (asked: object): string => canonicalJson(json.parse(JSON.parse(JSON.stringify(asked))));

type Named = {
  readonly name: string;
  readonly contract: ToolContract | undefined;
  readonly contract_hash: string | undefined;
};

/** Why no new call is made of the tool that a name leads to: it may mean another, by the list that its client has. */
const notAsListed = async (
  { contracts }: Pick<Deps, "contracts">,
  { name, contract, contract_hash }: Named,
): Promise<NoNewCall | undefined> => {
  if (contract === undefined) {
    const named = await contracts.namedByServer(ownName(name));
    if (named.length === 0) return undefined;
    const message = `leads to no tool any more: it may mean ${named.join(" or ")}; list the tools again`;
    return { because: oneViolation({ path: "/name", rule: "ambiguous_name", message }), may_mean: named };
  }
  if (contract_hash === undefined || contract_hash === contract.content_hash) return undefined;
  const message = `is not that of the contract in force of ${name}, which has changed since it was listed; list the tools again`;
  const path = pointerTo("/_meta", metaField("contract_hash"));
  return { because: oneViolation({ path, rule: "contract_changed", message }), may_mean: [contract.tool_name] };
};

/** How the call stands, as its tool's result. */
export const resultOfNamed = async (
  { servers }: Pick<Deps, "servers">,
  named: Result<NamedReply, Problem>,
): Promise<CallToolResult> => {
  if (!named.ok) return resultOfProblem(named.refusal);
  const { reply, contract } = named.value;
  const blocks = reply.outcome === "done" ? blocksIn(contract, reply.output) : undefined;
  if (blocks === undefined || contract.binding?.kind !== "mcp" || !blocks.some(isLink)) {
    return resultOf(reply, () => blocks);
  }
  const { server } = contract.binding;
  const reads = (await servers.get(server))?.passes_on?.resources === true;
  return resultOf(reply, () => (reads ? blocks.map((block) => withLink(server, block)) : blocks));
};

/** A tool of a server behind is answered as that server does: by its blocks of content, where those are its output. */
const blocksIn = (contract: ToolContract, output: Json): readonly ContentBlock[] | undefined => {
  if (contract.binding?.kind !== "mcp" || !isJsonObject(output)) return undefined;
  const { content, ...others } = output;
  const result: unknown = { content };
  return Object.keys(others).length === 0 && isCallToolResult(result) ? result.content : undefined;
};

const isLink = ({ type }: ContentBlock): boolean => type === "resource_link" || type === "resource";

/** A link of a server's leads to where the door gives that resource. */
const withLink = (server: string, block: ContentBlock): ContentBlock => {
  if (block.type === "resource_link") return namedResource(server, block);
  return block.type === "resource" ? { ...block, resource: namedResource(server, block.resource) } : block;
};
