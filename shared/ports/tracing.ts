import type { ExecutionMode } from "../contracts/ceiling.ts";
import type { RiskLevel } from "../contracts/tool-contract.ts";
import type { LedgerSide } from "../execution/record/ledger-row.ts";

/** One call of a tool as a trace tells of it: what was decided about it, and none of its arguments. */
export type TracedCall = {
  /** W3C trace context that the call belongs to. */
  readonly parent: string;
  /** The trace context to send along where no spans are kept. */
  readonly traceparent: string;
  readonly tool_name: string;
  readonly agent_id: string;
  readonly execution_id: string;
  readonly step_id: string;
  readonly mode: ExecutionMode;
  readonly side: LedgerSide;
  readonly risk_level: RiskLevel;
  readonly contract_version: number;
  readonly approved_by: readonly string[];
  /** Of the sealed preview; null where nothing was sealed. */
  readonly preview_digest: string | null;
};

/** The result of a call, as far as a trace tells of it. */
export type TracedEnd = {
  /** As the ledger keeps it; null for what has no row there. */
  readonly ledger_status: "COMMITTED" | "REJECTED" | "INDETERMINATE" | null;
  /** A low-cardinality word for what went wrong; null where nothing did. */
  readonly error_type: string | null;
};

/** Spans of tool calls. Keeping them never fails a call, and no call waits for it. */
export interface Tracing {
  /** Makes a call within a span. `run` is given the trace context to send along. @throws what `run` throws */
  call<Outcome>(
    call: TracedCall,
    run: (traceparent: string) => Promise<Outcome>,
    end: (outcome: Outcome) => TracedEnd,
  ): Promise<Outcome>;
  /** Sends what is kept, for a process that may be frozen next. @throws where it was not taken; it is lost then */
  flush(): Promise<void>;
  /** Sends what is kept. Resolves when it was sent or given up; afterwards nothing is kept any more. */
  stop(): Promise<void>;
}
