import { z } from "zod";
import type { JsonObject } from "../../plan/json.ts";
import { madeNames, namesAtServer, ownName } from "../offer/offered-names.ts";
import { marked, toolNames } from "./tool-names.ts";

/** A contract that is registered, by whichever release. */
export type Registered = { readonly tool_name: string; readonly binding?: unknown };

/** The name that a tool of an import is proposed by; `taken`: whose its own name is here, in words. */
export type FreeName = { readonly name: string; readonly taken?: string };

const mcpBound = z.object({ kind: z.literal("mcp"), server: z.string(), call: z.object({ tool: z.string() }) });

const httpBound = z.object({ kind: z.literal("http"), call: z.object({ method: z.string(), url: z.string() }) });

/** `of`: its tool where it is called, by which another contract of the same tool is known. */
type Owner = { readonly words: string; readonly of?: string };

const ofServer = (server: string, tool: string): string => JSON.stringify(["mcp", server, tool]);
const ofRequest = (method: string, url: string): string => JSON.stringify(["http", method.toUpperCase(), url]);

/**
 * The names of a server's tools here, in their order: each its own, but where that is another tool's already. Under that
 * one's name a proposal would be its next version, and every call that means it would be made of this one: there it is
 * `<server>__<tool>`, as agents that speak MCP are told of it.
 */
export const freeNames = (
  server: string,
  originals: readonly string[],
  registered: readonly Registered[],
): FreeName[] =>
  freeOf(
    server,
    originals.map((original) => ({ original, of: ofServer(server, original) })),
    registered,
  );

/** The same of the operations of a service: one that makes the same request is the same tool. */
export const freeNamesOfService = (
  service: string,
  candidates: readonly { readonly original: string; readonly contract?: JsonObject }[],
  registered: readonly Registered[],
): FreeName[] =>
  freeOf(
    service,
    candidates.map(({ original, contract }) => {
      const bound = httpBound.safeParse(contract?.binding);
      return { original, of: bound.success ? ofRequest(bound.data.call.method, bound.data.call.url) : undefined };
    }),
    registered,
  );

const freeOf = (
  home: string,
  tools: readonly { readonly original: string; readonly of: string | undefined }[],
  registered: readonly Registered[],
): FreeName[] => {
  const owners = ownersOf(registered);
  const wanted = toolNames(tools.map(({ original }) => original));
  const made = new Map(
    wanted.flatMap((name) => madeNames(name).map((each) => [each, { words: calls(name) }] as const)),
  );
  const takenBy = (name: string, of: string | undefined): string | undefined => {
    const found = [owners.get(name) ?? [], owners.get(ownName(name)) ?? [], made.get(name) ?? []].flat();
    return found.find((owner: Owner) => owner.of === undefined || owner.of !== of)?.words;
  };
  const used = new Set(wanted.map((name) => name.toLowerCase()));
  return wanted.map((name, place) => {
    const { original = name, of } = tools[place] ?? {};
    const taken = takenBy(name, of);
    if (taken === undefined) return { name };
    const [qualified = name] = toolNames([`${home}__${name}`]);
    const isFree = takenBy(qualified, of) === undefined && !used.has(qualified.toLowerCase());
    const free = isFree ? qualified : marked(qualified, `${home}/${original}`);
    used.add(free.toLowerCase());
    return { name: free, taken };
  });
};

const calls = (tool_name: string): string => `the name by which agents that speak MCP may call ${tool_name}`;

const ownersOf = (registered: readonly Registered[]): ReadonlyMap<string, readonly Owner[]> => {
  const names = registered.flatMap(({ tool_name, binding }): [string, Owner][] => {
    const { names: others = [], ...owner } = ownerOf(binding);
    const told = [...madeNames(tool_name), ...others].map((name): [string, Owner] => [
      name,
      { ...owner, words: calls(tool_name) },
    ]);
    return [[tool_name, owner], ...told];
  });
  const grouped = Map.groupBy(names, ([name]) => name);
  return new Map([...grouped].map(([name, all]) => [name, all.map(([, owner]) => owner)]));
};

const ownerOf = (binding: unknown): Owner & { readonly names?: readonly string[] } => {
  const mcp = mcpBound.safeParse(binding);
  if (mcp.success) {
    const { server, call } = mcp.data;
    const at = { server, tool: call.tool };
    return { words: `a tool of server ${server}`, of: ofServer(server, call.tool), names: namesAtServer(at) };
  }
  const http = httpBound.safeParse(binding);
  const of = http.success ? { of: ofRequest(http.data.call.method, http.data.call.url) } : {};
  return { words: "a tool that is registered here", ...of };
};
