import type { LedgerKey } from "../../../shared/execution/record/ledger-row.ts";
import type { Deps } from "../../deps.ts";
import { move, type StepContext } from "./step-context.ts";

/**
 * Ends a call, or a compensation, of which this attempt sent nothing. Another attempt that was given up may be about to
 * send: whoever is first at the ledger's place decides. Where a row stands already, nothing is ended: something may have
 * been sent, and the next pass finds it.
 * @throws StepMoved when somebody else moved the step meanwhile.
 */
export const endUnsent = async (
  deps: Pick<Deps, "clock" | "ledger" | "steps">,
  { record }: Pick<StepContext, "record">,
  side: LedgerKey["side"],
  transition: Parameters<typeof move>[2],
): Promise<void> => {
  const { execution_id, step_id } = record;
  if (await deps.ledger.entomb({ execution_id, step_id, side })) await move(deps, record, transition);
};
