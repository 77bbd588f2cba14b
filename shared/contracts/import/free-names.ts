import { z } from "zod";
import type { JsonObject } from "../../plan/json.ts";
import { namesAtServer, ownName } from "../offer/offered-names.ts";
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
  const takenBy = (name: string, of: string | undefined): string | undefined =>
    [...(owners.get(name) ?? []), ...(owners.get(ownName(name)) ?? [])].find(
      (owner) => owner.of === undefined || owner.of !== of,
    )?.words;
  const wanted = toolNames(tools.map(({ original }) => original));
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

const ownersOf = (registered: readonly Registered[]): ReadonlyMap<string, readonly Owner[]> => {
  const names = registered.flatMap(({ tool_name, binding }): [string, Owner][] => {
    const bound = mcpBound.safeParse(binding);
    if (!bound.success) {
      const http = httpBound.safeParse(binding);
      const of = http.success ? { of: ofRequest(http.data.call.method, http.data.call.url) } : {};
      return [[tool_name, { words: "a tool that is registered here", ...of }]];
    }
    const { server, call } = bound.data;
    const owner = { words: `a tool of server ${server}`, of: ofServer(server, call.tool) };
    const by_server = `the name by which agents that speak MCP may call ${tool_name}`;
    return [
      [tool_name, owner],
      ...namesAtServer({ server, tool: call.tool }).map((name): [string, Owner] => [
        name,
        { ...owner, words: by_server },
      ]),
    ];
  });
  const grouped = Map.groupBy(names, ([name]) => name);
  return new Map([...grouped].map(([name, all]) => [name, all.map(([, owner]) => owner)]));
};
