import { nextLink } from "../../../shared/audit/audit-event.ts";
import type { LedgerRow } from "../../../shared/execution/record/ledger-row.ts";
import { unlessUnstorable } from "../../../shared/ports/unstorable.ts";
import type { Deps } from "../../deps.ts";

type Written = Pick<Deps, "approvals" | "auditLog" | "steps">;

/** Refused for good of one execution: steps by id, and the kinds of events of its serial chain, each with why. */
export type Refused = {
  readonly steps: ReadonlyMap<string, string>;
  readonly events: ReadonlyMap<string, string>;
};

/**
 * The ports as who ends an execution after a failure uses them: an event that the store refuses for good is noted, and
 * the end goes on without it. Such a step stays as it is on record, and nobody is asked about it: what a person answered
 * could not be put on record either.
 */
export const whatCanBeWritten = <Ports extends Written>(
  ports: Ports,
): { readonly deps: Ports; readonly refused: Refused } => {
  const refused = { steps: new Map<string, string>(), events: new Map<string, string>() };
  const { approvals, auditLog, steps } = ports;
  const deps: Ports = {
    ...ports,
    steps: {
      ...steps,
      append: async (transited) => {
        const { step_id } = transited.record;
        // A chain has no gap: nothing of it is written behind what was refused.
        if (refused.steps.has(step_id)) return "appended";
        return unlessUnstorable(
          () => steps.append(transited),
          ({ message }) => {
            refused.steps.set(step_id, message);
            return "appended" as const;
          },
        );
      },
    },
    approvals: {
      ...approvals,
      open: async (request, link) =>
        refused.steps.has(request.step_id) ? { ...request, status: "voided" } : approvals.open(request, link),
    },
    auditLog: {
      ...auditLog,
      begin: (execution_id, chain, entry) =>
        unlessUnstorable(
          () => auditLog.begin(execution_id, chain, entry),
          ({ message }) => void refused.events.set(entry.type, message),
        ),
      appendOnce: (execution_id, chain, entry, ...same) =>
        unlessUnstorable(
          () => auditLog.appendOnce(execution_id, chain, entry, ...same),
          ({ message }) => {
            refused.events.set(entry.type, message);
            return nextLink(execution_id, chain, undefined, entry);
          },
        ),
    },
  };
  return { deps, refused };
};

/** The same in words, for the conclusion, with what the ledger knows of such a step's calls: there they can be looked up. */
export const refusedInWords = ({ steps, events }: Refused, ledger: readonly LedgerRow[]): string[] => [
  ...[...steps].map(([step_id, why]) => {
    const calls = ledger.filter((row) => row.step_id === step_id);
    const known = calls.map(({ side, status }) => `; the ledger says of its ${side} call: ${status}`).join("");
    return `how step ${step_id} ended cannot be put on record (${why})${known}`;
  }),
  ...[...events].map(([type, why]) => `the event ${type} cannot be put on record (${why})`),
];
