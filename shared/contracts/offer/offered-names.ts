import { digestOf } from "../../plan/digest.ts";
import type { ToolContract } from "../tool-contract.ts";

/** Tools of the door itself; no contract is offered under one of these names. */
export const DOOR_TOOLS = ["buddy_propose_plan", "buddy_wait", "buddy_status"] as const;
export type DoorTool = (typeof DOOR_TOOLS)[number];

const RESERVED: ReadonlySet<string> = new Set(DOOR_TOOLS);

/** Names of tools that the protocol allows, and every client takes. */
const OFFERABLE = /^[A-Za-z0-9_.-]{1,128}$/;
const LONGEST = 128;

/** Digits of a mark. The longer one is for names that are another's with the shorter, which releases before allowed. */
const MARKS = [8, 16] as const;
const [MARK] = MARKS;
const LOOKS_FITTED = new RegExp(`-(?:${MARKS.map((digits) => `[0-9a-f]{${digits}}`).join("|")})$`);

export const isOfferable = (name: string): boolean => OFFERABLE.test(name) && !RESERVED.has(name);

/** A name made fit, with a mark of its original, so that two that become alike stay apart. */
const fitted = (name: string, digits: number = MARK): string => {
  if (isOfferable(name)) return name;
  const mark = digestOf("offered-name", name).slice(0, digits);
  return `${name.replaceAll(/[^A-Za-z0-9_.-]/g, "_").slice(0, LONGEST - digits - 1)}-${mark}`;
};

/** A tool of a server, by the name that the server gives it. */
type AtServer = { readonly server: string; readonly tool: string };
type McpContract = AtServer & { readonly contract: ToolContract };

const ofServer = (contract: ToolContract): McpContract[] =>
  contract.binding?.kind === "mcp"
    ? [{ contract, server: contract.binding.server, tool: contract.binding.call.tool }]
    : [];

/** The name under which a tool's contract may be known to clients, whatever else there is. */
export const ownName = (tool_name: string): string => fitted(tool_name);

/** The names that are made for a tool whose own the protocol does not take, under which clients may be told of it. */
export const madeNames = (tool_name: string): string[] =>
  isOfferable(tool_name) ? [] : MARKS.map((digits) => fitted(tool_name, digits));

/** Whether a name may be one that was made for another's. */
export const looksMade = (name: string): boolean => LOOKS_FITTED.test(name);

const WISHES = [({ tool }: AtServer) => tool, ({ server, tool }: AtServer) => `${server}__${tool}`];

/** The names of its server's under which clients may be told of a tool. */
export const namesAtServer = (tool: AtServer): string[] => WISHES.map((wish) => fitted(wish(tool)));

/**
 * The names of its server's under which clients may be told of a contract, now or once others are gone or there. Another
 * contract that took one as its tool name would be called by those who mean this one.
 */
export const namesOfServer = (contract: ToolContract): string[] => ofServer(contract).flatMap(namesAtServer);

/**
 * Contracts by the names under which an MCP client sees them: a tool of a server behind by the name that the server
 * gives it, so that an agent that used it directly finds it again; `<server>__<tool>` where two would have one name;
 * every other by its tool name. A name that the protocol does not take is made fit. A contract's tool name is never
 * another's name here, so that it leads to its contract in any case.
 */
export const offeredNames = (contracts: readonly ToolContract[]): ReadonlyMap<string, ToolContract> => {
  const homes = homesOf(contracts);
  const offered = new Map<string, ToolContract>();
  let left = contracts.flatMap(ofServer);
  for (const wish of WISHES) {
    const alike = Map.groupBy(left, (each) => fitted(wish(each)));
    left = [...alike].flatMap(([name, group]) => {
      const [only, ...others] = group;
      const home = homes.get(name);
      const free = !offered.has(name) && (home === undefined || home === only?.contract);
      if (only === undefined || others.length > 0 || !free) return group;
      offered.set(name, only.contract);
      return [];
    });
  }
  const named = new Set(offered.values());
  for (const [name, contract] of homes) if (!named.has(contract)) offered.set(name, contract);
  return offered;
};

/** Contracts by their own names, made fit where they must be: by the longer mark where the shorter makes another's name. */
const homesOf = (contracts: readonly ToolContract[]): Map<string, ToolContract> => {
  const { fit = [], unfit = [] } = Object.groupBy(contracts, ({ tool_name }) =>
    isOfferable(tool_name) ? "fit" : "unfit",
  );
  const homes = new Map(fit.map((contract) => [contract.tool_name, contract]));
  let left = unfit;
  for (const digits of MARKS) {
    left = [...Map.groupBy(left, ({ tool_name }) => fitted(tool_name, digits))].flatMap(([name, group]) => {
      const [only, ...others] = group;
      if (only === undefined || others.length > 0 || homes.has(name)) return group;
      homes.set(name, only);
      return [];
    });
  }
  return homes;
};
