import type { ExecutionMode } from "../../../shared/contracts/ceiling.ts";
import type { CallOutcome } from "../../../shared/execution/call-outcome.ts";
import type { LedgerSide } from "../../../shared/execution/record/ledger-row.ts";
import { traceOf, traceOfStep } from "../../../shared/execution/record/trace-context.ts";
import type { TracedEnd } from "../../../shared/ports/tracing.ts";
import type { Deps } from "../../deps.ts";
import type { StepContext } from "./step-context.ts";

type Rung = { readonly mode: ExecutionMode; readonly side: LedgerSide };

/** Makes a call of a step's tool within a span of the trace that its execution belongs to. */
export const tracedCall = <Call extends object, Outcome>(
  { tracing }: Pick<Deps, "tracing">,
  { execution, step, record, contract, called }: StepContext,
  { mode, side }: Rung,
  call: Call,
  run: (call: Call) => Promise<Outcome>,
  end: (outcome: Outcome) => TracedEnd,
): Promise<Outcome> =>
  tracing.call(
    {
      parent: traceOf(execution),
      traceparent: traceOfStep(execution, step.step_id),
      tool_name: side === "forward" ? contract.tool_name : called.tool_name,
      agent_id: step.acting_agent_id,
      execution_id: execution.execution_id,
      step_id: step.step_id,
      mode,
      side,
      risk_level: step.risk_level,
      contract_version: contract.version,
      approved_by: record.approved_by,
      preview_digest: record.approved_digest ?? record.preview_digest,
    },
    (traceparent) => run({ ...call, traceparent }),
    end,
  );

const STATUSES = { committed: "COMMITTED", rejected: "REJECTED", indeterminate: "INDETERMINATE" } as const;

/** The end of a call that the ledger keeps. */
export const endInLedger = ({ kind }: Pick<CallOutcome, "kind">): TracedEnd => ({
  ledger_status: STATUSES[kind],
  error_type: kind === "committed" ? null : kind,
});

/** The end of one that only looks. */
export const endOfRead = ({ kind }: Pick<CallOutcome, "kind">): TracedEnd => ({
  ledger_status: null,
  error_type: kind === "committed" ? null : kind,
});
