import { unfitOutput } from "../../shared/contracts/input-schema.ts";
import { type ToolContract, writes } from "../../shared/contracts/tool-contract.ts";
import type { Preview } from "../../shared/execution/approval/preview.ts";
import { thrownText } from "../../shared/plan/cut-text.ts";
import type { Json, JsonObject } from "../../shared/plan/json.ts";
import { Surprise } from "../../shared/plan/surprise.ts";
import { type LiveToolCall, type Toolbox, type ToolCall, ToolFailure } from "../../shared/ports/tools.ts";
import type { Remarks } from "./remarks.ts";
import {
  type Answered,
  keptOutput,
  type Previewed,
  preparedUndo,
  type SafeLookUp,
  type SafeOutcome,
  safeLookUp,
  safeOutcome,
  safePreview,
  toFailure,
} from "./safe-answer.ts";
import { limitedCall, limitedLookUp, limitedRung } from "./time-limit.ts";
import type { Timer } from "./timer.ts";

type Unsignalled = Omit<LiveToolCall, "signal">;

/** A tool as the rungs use it: every answer in time, typed, and of a size that can be recorded. */
export type Tool = {
  /** Whether the sandbox makes its results up: no service answers. */
  readonly made_up: () => boolean;
  /** @throws ToolFailure, ToolSurprise */
  mock(call: ToolCall): Promise<Answered<Json>>;
  /** @throws ToolFailure, also for a preview that is too large to be shown whole; ToolSurprise */
  preview(call: ToolCall): Promise<Previewed>;
  /** @throws ToolFailure, also for what is too large to be kept; ToolSurprise */
  prepareUndo(call: ToolCall): Promise<JsonObject | null>;
  /** @throws ToolFailure, and that only for a tool that reads */
  call(call: Unsignalled): Promise<SafeOutcome>;
  compensate(call: Unsignalled, undo: JsonObject): Promise<SafeOutcome>;
  /** @throws ToolFailure, ToolSurprise */
  previewUndo(call: ToolCall, undo: JsonObject): Promise<Preview>;
  lookUp(call: Unsignalled, side: "forward" | "compensation"): Promise<SafeLookUp>;
};

/** An adapter threw what it must not, where nothing was sent: worth another start by the engine, in few words. */
export class ToolSurprise extends Surprise {
  override readonly name = "ToolSurprise";
}

/**
 * The one way to a tool. Whatever its adapter answers, throws or never answers comes out as what the port promises:
 * JSON that can be hashed and stored, errors in bounded words, and an outcome that is known or said to be unknown. The
 * answer of a call that was made is mended and recorded, never turned into a failure. `called` is the contract whose
 * time limit holds: the undoing tool's, where that is what is called.
 */
export const toolPort = (
  { toolbox, timer }: { readonly toolbox: Toolbox; readonly timer: Timer },
  contract: ToolContract,
  called: ToolContract = contract,
): Tool => {
  const adapter = () => toolbox.adapterFor(contract);
  const rung = <Value>(run: () => Promise<Value>): Promise<Value> =>
    limitedRung(contract, timer, () => surprising(run));
  const sent = (run: (signal: AbortSignal) => Promise<unknown>, described?: ToolContract): Promise<SafeOutcome> =>
    limitedCall(called, timer, async (signal) => {
      try {
        return fitting(described, safeOutcome(await run(signal)));
      } catch (thrown) {
        if (!writes(called)) throw toFailure(thrown);
        return { kind: "indeterminate", error: thrownText(thrown) };
      }
    });
  return {
    made_up: () => adapter().made_up === true,
    mock: (call) => rung(async () => keptOutput(await adapter().mock(call))),
    preview: (call) =>
      rung(async () => {
        const answered = safePreview(await adapter().preview(call));
        // Of a write nothing has been returned yet.
        const unfit = writes(contract) ? null : unfitOutput(contract, answered.value.output);
        return unfit === null ? answered : { ...answered, unfit };
      }),
    prepareUndo: (call) => rung(async () => preparedUndo(await adapter().prepareUndo(call))),
    call: (call) => sent((signal) => adapter().call({ ...call, signal }), contract),
    compensate: (call, undo) => sent((signal) => adapter().compensate({ ...call, signal }, undo)),
    previewUndo: (call, undo) => rung(async () => safePreview(await adapter().previewUndo(call, undo)).value),
    lookUp: (call, side) =>
      limitedLookUp(called, timer, async (signal) => {
        try {
          const found = safeLookUp(await adapter().lookUp({ ...call, signal }, side));
          return found.kind === "happened" && side === "forward" ? remarked(contract, found) : found;
        } catch (thrown) {
          return { kind: "unknown", why: `it could not be looked up: ${thrownText(thrown)}` };
        }
      }),
  };
};

const remarked = <Answer extends { readonly output: Json }>(
  contract: ToolContract,
  answer: Answer,
): Answer & Remarks => {
  const unfit = unfitOutput(contract, answer.output);
  return unfit === null ? answer : { ...answer, unfit };
};

/** A call that happened stays so, whatever it returned. */
const fitting = (contract: ToolContract | undefined, outcome: SafeOutcome): SafeOutcome =>
  outcome.kind === "committed" && contract !== undefined ? remarked(contract, outcome) : outcome;

const surprising = async <Value>(run: () => Promise<Value>): Promise<Value> => {
  try {
    return await run();
  } catch (thrown) {
    throw thrown instanceof ToolFailure ? toFailure(thrown) : new ToolSurprise(thrownText(thrown));
  }
};
