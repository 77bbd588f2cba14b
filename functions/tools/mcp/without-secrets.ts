import { type ToolDefinition, toolDefinition } from "../../../shared/contracts/binding/mcp/tool-definition.ts";
import type { ListedTools } from "../../../shared/contracts/import/listed-tools.ts";
import { isJsonObject, jsonObject } from "../../../shared/plan/json.ts";
import type { KnownSecrets } from "../known-secrets.ts";

/** A tool as its server describes it, where a server may say back what it was asked with. */
export const definitionWithoutSecrets = (
  { name, ...described }: ToolDefinition,
  { masked }: Pick<KnownSecrets, "masked">,
): ToolDefinition => {
  const kept = masked(jsonObject.parse(described));
  return toolDefinition.parse({ ...(isJsonObject(kept) ? kept : {}), name });
};

/** Everything that a server lists, as people read it and a proposal keeps it. */
export const listedWithoutSecrets = (
  { tools, left_out }: ListedTools,
  known: Pick<KnownSecrets, "masked" | "maskedText">,
): ListedTools => ({
  tools: tools.map((tool) => ({ ...definitionWithoutSecrets(tool, known), name: known.maskedText(tool.name) })),
  left_out: left_out.map(({ name, why }) => ({ name: known.maskedText(name), why: known.maskedText(why) })),
});
