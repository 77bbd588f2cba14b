import type { McpBinding } from "../../../shared/contracts/binding/mcp/mcp-binding.ts";
import { definitionChanges } from "../../../shared/contracts/binding/mcp/tool-definition.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { quoted } from "../../../shared/plan/suggestion.ts";
import type { McpClient, McpLimits, McpTarget } from "../../../shared/ports/mcp.ts";

/** Whether a tool is there, and still what was reviewed; in words why not. */
export const standsAgainst = async (
  client: McpClient,
  target: McpTarget,
  { server, pins }: Pick<McpBinding, "server" | "pins">,
  tool: string,
  limits: McpLimits,
): Promise<Result<null, string>> => {
  const listed = await client.tools(target, limits);
  if (!listed.ok) return refuse(`the tools of server ${server} cannot be listed: ${listed.refusal}`);
  const now = listed.value.find(({ name }) => name === tool);
  if (now === undefined) return refuse(`server ${server} has no tool ${quoted(tool)} any more`);
  const pin = pins.find(({ name }) => name === tool);
  const changed = pin === undefined ? [] : definitionChanges(pin, now).map(({ part }) => part);
  if (changed.length === 0) return accept(null);
  const what = changed.join(", ").replaceAll("_", " ");
  return refuse(`server ${server} describes ${quoted(tool)} otherwise than when it was reviewed (${what})`);
};
