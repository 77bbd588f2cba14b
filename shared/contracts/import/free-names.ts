import { z } from "zod";
import { namesAtServer, ownName } from "../offer/offered-names.ts";
import { marked, toolNames } from "./tool-names.ts";

/** A contract that is registered, by whichever release. */
export type Registered = { readonly tool_name: string; readonly binding?: unknown };

/** The name that a tool of an import is proposed by; `taken`: whose its own name is here, in words. */
export type FreeName = { readonly name: string; readonly taken?: string };

const mcpBound = z.object({ kind: z.literal("mcp"), server: z.string(), call: z.object({ tool: z.string() }) });

type Owner = { readonly words: string; readonly server?: string; readonly tool?: string };

/**
 * The names of a server's tools here, in their order: each its own, but where that is another tool's already. Under that
 * one's name a proposal would be its next version, and every call that means it would be made of this one: there it is
 * `<server>__<tool>`, as agents that speak MCP are told of it.
 */
export const freeNames = (
  server: string,
  originals: readonly string[],
  registered: readonly Registered[],
): FreeName[] => {
  const owners = ownersOf(registered);
  const takenBy = (name: string, original: string): string | undefined =>
    [...(owners.get(name) ?? []), ...(owners.get(ownName(name)) ?? [])].find(
      (owner) => owner.server !== server || owner.tool !== original,
    )?.words;
  const wanted = toolNames(originals);
  const used = new Set(wanted.map((name) => name.toLowerCase()));
  return wanted.map((name, place) => {
    const original = originals[place] ?? name;
    const taken = takenBy(name, original);
    if (taken === undefined) return { name };
    const [qualified = name] = toolNames([`${server}__${name}`]);
    const isFree = takenBy(qualified, original) === undefined && !used.has(qualified.toLowerCase());
    const free = isFree ? qualified : marked(qualified, `${server}/${original}`);
    used.add(free.toLowerCase());
    return { name: free, taken };
  });
};

const ownersOf = (registered: readonly Registered[]): ReadonlyMap<string, readonly Owner[]> => {
  const names = registered.flatMap(({ tool_name, binding }): [string, Owner][] => {
    const bound = mcpBound.safeParse(binding);
    if (!bound.success) return [[tool_name, { words: "a tool that is registered here" }]];
    const { server, call } = bound.data;
    const owner = { server, tool: call.tool, words: `a tool of server ${server}` };
    const by_server = `the name by which agents that speak MCP may call ${tool_name}`;
    return [
      [tool_name, owner],
      ...namesAtServer(owner).map((name): [string, Owner] => [name, { ...owner, words: by_server }]),
    ];
  });
  const grouped = Map.groupBy(names, ([name]) => name);
  return new Map([...grouped].map(([name, all]) => [name, all.map(([, owner]) => owner)]));
};
