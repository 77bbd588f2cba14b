import { undoingOf } from "../../../shared/execution/attempt/intent.ts";
import { failed } from "../../../shared/execution/attempt/told.ts";
import { ANSWERED, type Answer, rungItem } from "../../records/workflow-input.ts";
import { loadStep, move } from "../step/step-context.ts";
import { attempt } from "./attempt.ts";
import { undoneKeys } from "./held-leases.ts";
import type { AttemptDeps } from "./in-flight.ts";
import { resolveCall } from "./resolve-call.ts";

/**
 * The ROLLBACK rung: undoes a committed call through the same ledger, under the same leases, at most once unless the
 * tool takes the same key twice. It writes only where the value is still ours; anything else is a question to a person,
 * and so is what another execution's effects rest on.
 */
export const rollBack =
  (deps: AttemptDeps) =>
  async (input: unknown): Promise<Answer> => {
    const item = rungItem.parse(input);
    const context = await loadStep(deps, item);
    const { record } = context;
    if (record.state !== "ROLLBACK" || record.phase !== "open") return ANSWERED;
    const { execution_id, step_id } = record;
    const forward = await deps.ledger.get({ execution_id, step_id, side: "forward" });
    const row = await deps.ledger.get({ execution_id, step_id, side: "compensation" });
    const undo = forward?.undo ?? null;
    if (row !== undefined) await resolveCall(deps, context, row);
    else if (forward === undefined || undo === null) {
      await move(deps, record, failed("compensation", record, "nothing was stored to undo it with"));
    } else {
      await attempt(deps, context, {
        side: "compensation",
        arguments: forward.arguments,
        further: undoneKeys(context, undo),
        prepare: async () => undoingOf(forward, undo),
      });
    }
    return ANSWERED;
  };
