import type { Preview } from "../../../shared/execution/approval/preview.ts";
import type { CallOutcome } from "../../../shared/execution/call-outcome.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { type LiveToolCall, type ToolCall, ToolFailure } from "../../../shared/ports/tools.ts";
import { plural } from "../../../shared/shown/words.ts";
import { type PageUndo, pageUndo, recordOf, type Standing, standingOf } from "./field-changes.ts";
import { type Looking, limitsOf, pushBackOf, type Stoppable, unsent } from "./looking.ts";
import type { BrowserWay } from "./way.ts";

/** The page that was filled in, looked at for each field of it. @throws ToolFailure where it is not there any more */
const standing = async (looking: Looking, call: Stoppable, undo: PageUndo): Promise<Standing> => {
  const { execution_id, agent_id } = call;
  const { maskedText } = looking.way.known;
  if (undo.fields.length === 0) return { ours: [], foreign: [], fills: [] };
  const visit = {
    owner: { execution_id, agent_id, hosts: looking.binding.hosts },
    actions: undo.fields.map(({ element, field }) => ({ kind: "read", element, as: field }) as const),
  };
  const seen = await looking.look(visit, limitsOf(call));
  if (seen.kind === "not_seen") {
    throw new ToolFailure(maskedText(`the page that was filled in is gone: ${seen.why}`), pushBackOf(seen));
  }
  if (recordOf(seen) !== recordOf(undo)) {
    throw new ToolFailure(maskedText(`the page is another one now: ${seen.address}, where it was ${undo.address}`));
  }
  const missing = seen.elements.flatMap((found) => (found !== null && "missing" in found ? [found.missing] : []));
  if (missing.length > 0) throw new ToolFailure(maskedText(missing.join("; ")));
  return standingOf(seen, undo);
};

/** @throws ToolFailure */
export const previewUndo = async (looking: Looking, call: ToolCall, undo: JsonObject): Promise<Preview> => {
  const parsed = pageUndo.safeParse(undo);
  if (!parsed.success) {
    throw new ToolFailure("nothing was stored that would tell how to undo it", { cause: parsed.error });
  }
  const { ours, foreign } = await standing(looking, call, parsed.data);
  const { known } = looking.way;
  const changes = [...ours, ...foreign].map((change) => ({ ...change, old: known.masked(change.old) }));
  if (changes.length === 0) return { summary: "nothing is left to undo", output: null, changes };
  const summary =
    foreign.length === 0
      ? `puts back ${plural(ours.length, "field")} of the page`
      : `would be refused: ${foreign.length} of ${plural(changes.length, "field")} hold what somebody else wrote since`;
  return { summary, output: null, changes };
};

/** Puts back what was filled in where that still stands; refuses as a whole where anything of it is somebody else's. */
export const compensate = async (
  looking: Looking,
  { pages, known }: BrowserWay,
  call: LiveToolCall,
  undo: JsonObject,
): Promise<CallOutcome> => {
  const { contract, execution_id, agent_id, idempotency_key: key } = call;
  if (contract.compensation !== "adapter") {
    return unsent(`${contract.tool_name} cannot be undone: its contract names no undo`);
  }
  const parsed = pageUndo.safeParse(undo);
  if (!parsed.success) return unsent("nothing was stored that would tell how to undo it");
  try {
    const { ours, foreign, fills } = await standing(looking, call, parsed.data);
    if (foreign.length > 0) {
      const words = foreign.map(({ record, field, old }) => `${field} of ${record} is ${JSON.stringify(old)}`);
      return unsent(known.maskedText(`not undone, because somebody else has written since: ${words.join("; ")}`));
    }
    if (fills.length === 0) return { kind: "committed", output: { undone: [] }, undo: null };
    const owner = { execution_id, agent_id, hosts: looking.binding.hosts };
    const acted = await pages.act({ owner, actions: fills, key }, limitsOf(call));
    switch (acted.kind) {
      case "done":
        return { kind: "committed", output: { undone: [...ours] }, undo: null };
      case "nothing_done":
        return unsent(known.maskedText(`not undone: ${acted.why}`), pushBackOf(acted));
      case "unknown":
        return { kind: "indeterminate", error: known.maskedText(acted.why) };
    }
  } catch (error) {
    // Made before anything was put back.
    if (error instanceof ToolFailure) return unsent(`not undone: ${error.message}`, pushBackOf(error));
    throw error;
  }
};
