import {
  type AcceptedDefinition,
  definitionBytes,
  definitionDigest,
  MAX_DEFINITION_BYTES,
} from "../../../shared/contracts/binding/mcp/definition-review.ts";
import type { McpBinding } from "../../../shared/contracts/binding/mcp/mcp-binding.ts";
import { definitionChanges, type ToolDefinition } from "../../../shared/contracts/binding/mcp/tool-definition.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { quoted } from "../../../shared/plan/suggestion.ts";
import type { McpLimits, McpRefusal, McpTarget } from "../../../shared/ports/mcp.ts";
import type { ReadingMcpWay } from "./way.ts";
import { definitionWithoutSecrets } from "./without-secrets.ts";

/** `quarantined`: a tool is described otherwise than when it was reviewed, which no person has accepted, or can. */
export type NotStanding = McpRefusal & { readonly quarantined?: true };

/** Tools that people accepted in the place of what the contract pins. */
export type Standing = { readonly accepted: readonly AcceptedDefinition[] };

type Reviewed = Pick<McpBinding, "server" | "pins"> & { readonly tool_name: string };

/** Whether tools are there, and still what was reviewed or accepted; in words why not. */
export const standsAgainst = async (
  way: Pick<ReadingMcpWay, "client" | "definitions" | "now" | "out">,
  target: McpTarget,
  reviewed: Reviewed,
  tools: readonly string[],
  limits: McpLimits,
): Promise<Result<Standing, NotStanding>> => {
  const { server } = reviewed;
  const listed = await way.client.tools(target, limits);
  if (!listed.ok) {
    return refuse({
      ...listed.refusal,
      error: `the tools of server ${server} cannot be listed: ${listed.refusal.error}`,
    });
  }
  const accepted: AcceptedDefinition[] = [];
  for (const tool of tools) {
    const unfit = listed.value.left_out.find(({ name }) => name === tool);
    if (unfit !== undefined) {
      const words = `server ${server} describes ${quoted(tool)} in a way that cannot be read (${unfit.why})`;
      return refuse({ error: `${words}: held back until it is described right`, quarantined: true });
    }
    const [now, ...others] = listed.value.tools.filter(({ name }) => name === tool);
    // A server that is being started, or let in who asks too late, lists a tool a moment after the others.
    if (now === undefined)
      return refuse({ error: `server ${server} has no tool ${quoted(tool)} any more`, passing: true });
    if (others.some((other) => definitionChanges(now, other).length > 0)) {
      return refuse({
        error: `server ${server} describes ${quoted(tool)} in two ways at once: nobody knows which is called`,
      });
    }
    const standing = await comparedWithPin(way, reviewed, now);
    if (!standing.ok) return standing;
    accepted.push(...standing.value.accepted);
  }
  return accept({ accepted });
};

/** Both are compared, and the one that differs is shown to people, without the text of any secret that is known here. */
const comparedWithPin = async (
  { definitions, now, out }: Pick<ReadingMcpWay, "definitions" | "now" | "out">,
  { tool_name, server, pins }: Reviewed,
  described: ToolDefinition,
): Promise<Result<Standing, NotStanding>> => {
  const pinned = pins.find(({ name }) => name === described.name);
  if (pinned === undefined) return accept({ accepted: [] });
  const pin = definitionDigest(pinned);
  const is = definitionWithoutSecrets(described, out.known);
  const changed = definitionChanges(definitionWithoutSecrets(pinned, out.known), is).map(({ part }) => part);
  if (changed.length === 0) {
    await definitions.asReviewed({ tool_name, pin });
    return accept({ accepted: [] });
  }
  const digest = definitionDigest(is);
  const known = await definitions.accepted(tool_name);
  const accepted = known.find((each) => each.pin === pin && each.definition === digest);
  if (accepted !== undefined) return accept({ accepted: [accepted] });
  await definitions.note({ tool_name, server, pin, definition: is, found_at: new Date(now()).toISOString() });
  const what = changed.join(", ").replaceAll("_", " ");
  const words = `server ${server} describes ${quoted(is.name)} otherwise than when it was reviewed (${what})`;
  return refuse({ error: `${words}: ${heldBack(is)}`, quarantined: true });
};

const heldBack = (is: ToolDefinition): string => {
  const bytes = definitionBytes(is);
  return bytes > MAX_DEFINITION_BYTES
    ? `held back, and nobody can accept it: it has ${bytes} bytes, and at most ${MAX_DEFINITION_BYTES} can be reviewed`
    : "held back until a person accepts it";
};
