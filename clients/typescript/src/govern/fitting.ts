import type { Contract } from "../api.ts";
import type { Buddy } from "../connect.ts";
import { BuddyRefusal, ToolsNotGoverned, type Ungoverned } from "../errors.ts";
import type { WorkerTool } from "../worker/tool.ts";

/** An agent's tool: its name, its code, and what else it can do; `unfit` where no code of this program runs for it. */
export type AgentTool =
  | { readonly name: string; readonly code: object; readonly tool: WorkerTool }
  | { readonly name: string; readonly unfit: Omit<Ungoverned, "tool"> };

/** A tool that fits its contract. */
export type Fitting = { readonly name: string; readonly code: object; readonly tool: WorkerTool };

const NOT_FOUND = 404;

/**
 * Every tool with what its contract makes of it. All or nothing: a tool that nobody governs would be a hole in the wall.
 * @throws ToolsNotGoverned, which names every tool that does not fit
 */
export const fitting = async (buddy: Buddy, tools: readonly AgentTool[]): Promise<readonly Fitting[]> => {
  const looked = await Promise.all(tools.map((each) => fit(buddy, each)));
  const misfits = looked.flatMap((each) => ("why" in each ? [each] : []));
  if (misfits.length > 0) throw new ToolsNotGoverned(misfits);
  return looked.flatMap((each) => ("why" in each ? [] : [each]));
};

const fit = async (buddy: Buddy, given: AgentTool): Promise<Fitting | Ungoverned> => {
  if ("unfit" in given) return { tool: given.name, ...given.unfit };
  const { name, code, tool } = given;
  const contract = await contractOf(buddy, name);
  if (contract === undefined) {
    return {
      tool: name,
      why: "it has no contract",
      remedy: "write one and register it with `buddy contracts add <file>`, or take the tool out of the list",
    };
  }
  const { binding } = contract;
  if (binding?.kind !== "worker") {
    const by = binding === undefined ? "the sandbox" : `a binding of kind ${binding.kind}`;
    return {
      tool: name,
      why: `its contract has it done by ${by}, so that this program's code would never run`,
      remedy: 'give the contract a binding of kind "worker", or take the tool out and call it by buddy.calls',
    };
  }
  const reads = !writes(contract);
  const lacking = lacks(tool, binding, reads);
  if (lacking.length > 0) {
    return {
      tool: name,
      why: `its contract promises ${lacking.join(", ")}, which it has not`,
      remedy: "give it in the option `beside`, or take it out of the contract's binding",
    };
  }
  return { name, code, tool: { ...tool, reads } };
};

const contractOf = async (buddy: Buddy, name: string): Promise<Contract | undefined> => {
  try {
    return await buddy.contract(name);
  } catch (error) {
    if (error instanceof BuddyRefusal && error.status === NOT_FOUND) return undefined;
    throw error;
  }
};

type WorkerBinding = Extract<NonNullable<Contract["binding"]>, { readonly kind: "worker" }>;

const lacks = (tool: WorkerTool, { previews, undo, looks_up }: WorkerBinding, reads: boolean): string[] => [
  ...(previews && !reads && tool.preview === undefined ? ["a preview"] : []),
  ...(undo && tool.undo === undefined ? ["undo"] : []),
  ...(undo && previews && tool.previewUndo === undefined ? ["previewUndo"] : []),
  ...(looks_up && tool.lookUp === undefined ? ["lookUp"] : []),
];

/** As Buddy sees it: LOW reads, HIGH writes, MEDIUM as its resources say. */
const writes = ({ risk_level, resources }: Contract): boolean =>
  risk_level === "HIGH" ||
  (risk_level === "MEDIUM" && !(resources.length > 0 && resources.every(({ access }) => access === "read")));
