import { z } from "zod";
import { canonicalJson, digestOf } from "../../../plan/digest.ts";
import { json } from "../../../plan/json.ts";
import { mcpBinding } from "./mcp-binding.ts";
import { definitionChange, definitionChanges, type ToolDefinition, toolDefinition } from "./tool-definition.ts";

/** Names a definition by all that it says. */
export const definitionDigest = (definition: ToolDefinition): string =>
  digestOf("tool-definition", json.parse(definition));

/**
 * A server may say anything of itself, and an item of the store holds 400 KB. A definition of more bytes than this is read by
 * nobody: its tool is held back, and nobody can accept it.
 */
export const MAX_DEFINITION_BYTES = 200_000;

/** Bytes of a definition as it is kept. */
export const definitionBytes = (definition: ToolDefinition): number =>
  Buffer.byteLength(canonicalJson(json.parse(definition)));

/** A tool that its server describes otherwise than its contract's pin does: it is not called until a person accepts it. */
export const changedDefinition = z.strictObject({
  /** The contract's tool. */
  tool_name: z.string(),
  server: z.string(),
  /** Digest of the definition that the contract pins. */
  pin: z.string(),
  definition: toolDefinition,
  /** When it was first seen so. */
  found_at: z.string(),
});
export type ChangedDefinition = z.infer<typeof changedDefinition>;

/** A person's word that a tool may be called as its server describes it, in the place of what the contract pins. */
export const acceptedDefinition = z.strictObject({
  tool_name: z.string(),
  server: z.string(),
  /** Its name at the server. */
  tool: z.string(),
  pin: z.string(),
  /** Digest of the definition that was accepted. */
  definition: z.string(),
  accepted_by: z.string(),
  accepted_at: z.string(),
});
export type AcceptedDefinition = z.infer<typeof acceptedDefinition>;

/** A pinned tool, and how it stands: `quarantined` where its server describes it otherwise and nobody accepted that. */
export const definitionStanding = z.strictObject({
  /** Its name at the server. */
  tool: z.string(),
  server: z.string(),
  quarantined: z.boolean(),
  /** The definition that was seen in the place of the reviewed one: its digest, and since when; null where none was. */
  changed: z
    .strictObject({
      definition: z.string(),
      found_at: z.string(),
      /** From the reviewed definition to the one that was seen. */
      changes: z.array(definitionChange),
    })
    .nullable(),
  accepted: z.array(acceptedDefinition.pick({ definition: true, accepted_by: true, accepted_at: true })),
});
export type DefinitionStanding = z.infer<typeof definitionStanding>;

/** How the tools of a contract's binding stand; none where it pins none. */
export const definitionStandings = (
  binding: { readonly kind: string } | undefined,
  changed: readonly ChangedDefinition[],
  accepted: readonly AcceptedDefinition[],
): DefinitionStanding[] => {
  const mcp = mcpBinding.safeParse(binding);
  if (!mcp.success) return [];
  const { server, pins } = mcp.data;
  return pins.map((pinned) => {
    const pin = definitionDigest(pinned);
    const seen = changed.find((each) => each.pin === pin);
    const digest = seen === undefined ? null : definitionDigest(seen.definition);
    const known = accepted.filter((each) => each.pin === pin);
    return {
      tool: pinned.name,
      server,
      quarantined: digest !== null && !known.some(({ definition }) => definition === digest),
      changed:
        seen === undefined || digest === null
          ? null
          : { definition: digest, found_at: seen.found_at, changes: definitionChanges(pinned, seen.definition) },
      accepted: known.map(({ definition, accepted_by, accepted_at }) => ({ definition, accepted_by, accepted_at })),
    };
  });
};
