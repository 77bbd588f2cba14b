import type { ToolDefinition } from "../binding/mcp/tool-definition.ts";

/** A tool that its server lists and that cannot be called: what is wrong with how it is described. */
export type LeftOutTool = { readonly name: string; readonly why: string };

/** The tools that a server lists, as far as they can be read. */
export type ListedTools = { readonly tools: ToolDefinition[]; readonly left_out: LeftOutTool[] };
