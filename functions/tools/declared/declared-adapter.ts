import { writes } from "../../../shared/contracts/tool-contract.ts";
import { isJsonObject } from "../../../shared/plan/json.ts";
import { type LiveToolCall, type ToolAdapter, type ToolCall, ToolFailure } from "../../../shared/ports/tools.ts";
import { plural } from "../../../shared/shown/words.ts";
import { mockSeed } from "../mock-seed.ts";
import { onlyMock } from "../only-mock.ts";
import { madeUpOutput } from "../schema-shaped.ts";
import { compensate, read, write } from "./act.ts";
import { lookUp } from "./look-up.ts";
import type { LiveMeans, Means } from "./means.ts";
import { previewRead, previewWrite } from "./preview.ts";
import { standingOf } from "./standing.ts";
import { prepareUndo, undoData } from "./undo-data.ts";

/** MOCK: computed from the arguments alone; it is given neither a network nor a secret. */
export const mockDeclared = (): ToolAdapter =>
  onlyMock(async ({ contract, arguments: args }) => {
    const made = madeUpOutput(contract, args, mockSeed(contract.tool_name, args));
    return isJsonObject(made) ? { ...made, simulated: true } : made;
  });

/** DRY_RUN: makes the declared read and no other request, with the secrets for reading. */
export const previewDeclared = <Request>(meansFor: (call: ToolCall) => Means<Request>): ToolAdapter => {
  const acting = (call: ToolCall) => ({ means: meansFor(call), call });
  return {
    ...mockDeclared(),
    preview: (call) => (writes(call.contract) ? previewWrite(acting(call)) : previewRead(acting(call))),
    prepareUndo: (call) => prepareUndo(acting(call)),
    previewUndo: async (call, undo) => {
      const parsed = undoData.safeParse(undo);
      if (!parsed.success) {
        throw new ToolFailure("nothing was stored that would tell how to undo it", { cause: parsed.error });
      }
      const { means } = acting(call);
      const { ours, foreign } = await standingOf({ means, call }, parsed.data);
      // An undo that looks at the whole leaves something else in its place than the call did: nothing of that is to be undone.
      const left = means.binding.undo?.only_when === undefined ? [...ours, ...foreign] : ours;
      return { summary: undoSummary(ours.length, foreign.length), output: null, changes: [...left] };
    },
  };
};

/** A call that is under way and can be stopped has a signal; one that is only previewed has none. */
type Stoppable = ToolCall & { readonly signal?: AbortSignal };

/** LIVE: makes the declared requests and nothing else, with the secrets for writing. */
export const liveDeclared = <Request>(meansFor: (call: Stoppable) => LiveMeans<Request>): ToolAdapter => {
  const acting = (call: LiveToolCall) => ({ means: meansFor(call), call });
  return {
    ...previewDeclared(meansFor),
    call: async (call) => {
      if (call.signal.aborted) return { kind: "rejected", error: "stopped before anything was sent", unsent: true };
      return writes(call.contract) ? write(acting(call)) : read(acting(call));
    },
    compensate: (call, undo) => compensate(acting(call), undo),
    lookUp: async (call, side) => (writes(call.contract) ? lookUp(acting(call), side) : { kind: "did_not_happen" }),
  };
};

const undoSummary = (ours: number, foreign: number): string => {
  if (ours + foreign === 0) return "nothing is left to undo";
  return foreign === 0
    ? `puts back ${plural(ours, "field")}`
    : `would be refused: ${foreign} of ${plural(ours + foreign, "field")} hold what the call did not write`;
};
