import { idempotencyKeyOf } from "../../../shared/execution/attempt/intent.ts";
import type { LookUp, MadeBy, Passing, PushBack } from "../../../shared/execution/call-outcome.ts";
import type { LedgerSide } from "../../../shared/execution/record/ledger-row.ts";
import type { WorkCall, WorkOutcome, WorkRung } from "../../../shared/execution/record/work.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import type { LiveToolCall, ToolCall } from "../../../shared/ports/tools.ts";

/** One thing that a team's own code is asked. */
export type Wanted = {
  readonly rung: WorkRung;
  readonly side: LedgerSide;
  readonly key: string;
  readonly undo: JsonObject | null;
};

/**
 * The result of asking. `by_all`: it was not made, and that is the word of all who were ever given the call. `not_sent`:
 * nobody has it, and nobody will; `silent`: somebody had it, and did not say what came of it.
 */
export type Reply =
  | ({ readonly kind: "answered"; readonly said: WorkOutcome; readonly by: string; readonly by_all?: true } & MadeBy)
  | ({ readonly kind: "not_sent"; readonly why: string } & PushBack & Passing)
  | ({ readonly kind: "silent"; readonly why: string; readonly timed_out: boolean } & PushBack & Passing);

/** A call that is under way and can be stopped has a signal; one that is only previewed has none. */
export type Stoppable = ToolCall & { readonly signal?: AbortSignal };

/** A team's own code, asked for what changes nothing. */
export type ReadingMeans = {
  /** `a worker of group crm`: who does the call. */
  readonly doer: string;
  /** The one who undoes it, and the one who previews it. */
  readonly undoer: string;
  readonly previewer: string;
  readonly previews: boolean;
  /** Why there are no previews, where there are none. */
  readonly no_previews: string;
  readonly undo: boolean;
  look(call: Stoppable, wanted: Wanted): Promise<Reply>;
};

/** The same, asked to act as well. */
export type ActingMeans = ReadingMeans & {
  act(call: LiveToolCall, wanted: Wanted): Promise<Reply>;
  lookUp(call: LiveToolCall, side: LedgerSide): Promise<LookUp>;
};

/** The question, in the words that every kind of a team's own code is asked in. */
export const questionOf = (call: ToolCall, { rung, side, key, undo }: Wanted) =>
  ({
    tool_name: call.contract.tool_name,
    rung,
    side,
    arguments: call.arguments,
    undo,
    idempotency_key: key,
    undoes: side === "compensation" ? forwardKey(call) : null,
    execution_id: call.execution_id,
    step_id: call.step_id,
    agent_id: call.agent_id,
    ...(call.traceparent === undefined ? {} : { traceparent: call.traceparent }),
  }) satisfies Partial<WorkCall>;

/** The key of the call itself, also where its undoing is meant. */
export const forwardKey = ({ execution_id, step_id }: ToolCall): string =>
  idempotencyKeyOf({ execution_id, step_id, side: "forward" });

type Committed = Extract<WorkOutcome, { outcome: "committed" }>;

export const broughtBy = ({ output, undo, left_out }: Committed) => ({
  ...{ output, undo },
  ...(left_out !== undefined && { left_out }),
});

/** The finding that an answer holds about a call that was looked up, and who had made it, where that is known. */
export const foundBy = (said: WorkOutcome, by: string, made: MadeBy = {}): LookUp => {
  switch (said.outcome) {
    case "committed":
      return { kind: "happened", ...broughtBy(said), ...made };
    case "rejected":
      return { kind: "did_not_happen" };
    case "indeterminate":
      return { kind: "unknown", why: `${by}: ${said.error}` };
  }
};
