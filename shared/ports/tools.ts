import type { ToolContract } from "../contracts/tool-contract.ts";
import type { Preview } from "../execution/approval/preview.ts";
import type { CallOutcome, LeftOut, LookUp, Passing, PushBack } from "../execution/call-outcome.ts";
import type { Json, JsonObject } from "../plan/json.ts";
import { Surprise } from "../plan/surprise.ts";

/** One tool call, with its arguments resolved. */
export type ToolCall = {
  readonly contract: ToolContract;
  /** Of the tool that undoes it, where the contract names another: as the execution pinned it, if it was registered. */
  readonly undoing?: ToolContract;
  readonly arguments: JsonObject;
  readonly execution_id: string;
  readonly step_id: string;
  readonly agent_id: string;
  /** W3C trace context to send along; absent where nothing is to be traced. */
  readonly traceparent?: string;
  /** Its plan's time is used up then: a call that nobody has begun by then is not to be begun. */
  readonly start_before?: string;
};

export type LiveToolCall = ToolCall & {
  readonly idempotency_key: string;
  /** Aborted when the contract's timeout is over. */
  readonly signal: AbortSignal;
};

/** A preview or a mock could not be made; the message is for an operator. */
export class ToolFailure extends Surprise {
  override readonly name = "ToolFailure";
  readonly timed_out: boolean;
  /** Where the service asks to be left alone: for how many seconds. */
  readonly again_in_seconds: number | undefined;
  /** Asked again in a moment, it may be made. */
  readonly passing: boolean;
  /** Nobody has taken it; asked again later, somebody may. */
  readonly unsent: boolean;
  constructor(
    message: string,
    options: { timed_out?: boolean; unsent?: boolean; cause?: unknown } & PushBack & Passing = {},
  ) {
    super(message, { cause: options.cause });
    this.timed_out = options.timed_out ?? false;
    this.passing = options.passing ?? false;
    this.unsent = options.unsent ?? false;
    this.again_in_seconds = options.again_in_seconds;
  }
}

/**
 * `quarantined`: why the tool may go no higher than this until a person has looked. `picture`: what the call would act
 * on, as `isPicture` has it. `left_out`: of the output. None is part of what is sealed.
 */
export type ToolPreview = Preview & { readonly quarantined?: string; readonly picture?: string } & LeftOut;

/** The real work of a tool call, rung by rung. */
export interface ToolAdapter {
  /** Nothing outside answers: the sandbox stands in for a service that it knows nothing of, and makes results up. */
  readonly made_up?: true;
  /** Deterministic, touches nothing. @throws ToolFailure */
  mock(call: ToolCall): Promise<Json>;
  /** May read the real target, never writes. For a read-only tool `output` is the real result. @throws ToolFailure */
  preview(call: ToolCall): Promise<ToolPreview>;
  /**
   * The values that compensation will need, read before the call and stored before it; null when it cannot be
   * compensated.
   */
  prepareUndo(call: ToolCall): Promise<JsonObject | null>;
  call(call: LiveToolCall): Promise<CallOutcome>;
  /** Undoes a committed call. Writes only where the value is still ours; otherwise `rejected`, saying so. */
  compensate(call: LiveToolCall, undo: JsonObject): Promise<CallOutcome>;
  /** The part that is left to undo: an empty list of changes when the call left no trace. */
  previewUndo(call: ToolCall, undo: JsonObject): Promise<Preview>;
  /** Whether a call with that key happened. */
  lookUp(call: LiveToolCall, side: "forward" | "compensation"): Promise<LookUp>;
}

/** The adapters of one environment. MOCK and DRY_RUN functions are given one that cannot write. */
export interface Toolbox {
  adapterFor(contract: ToolContract): ToolAdapter;
}
