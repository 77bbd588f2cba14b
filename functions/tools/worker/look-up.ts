import type { LookUp } from "../../../shared/execution/call-outcome.ts";
import type { LedgerSide } from "../../../shared/execution/record/ledger-row.ts";
import { refusedByAll, wordThatTells } from "../../../shared/execution/record/word-on-key.ts";
import { handingOutOf } from "../../../shared/execution/record/work.ts";
import type { HandedOut } from "../../../shared/ports/work.ts";
import { foundBy } from "../asked/asked.ts";
import { type Asking, askWorker } from "./ask-worker.ts";

/**
 * Whether a call happened: as its worker said, however late, of one that was handed out more than once as all of them
 * said; where nobody ever took it, it did not; else as a worker says who is asked.
 */
export const lookUp = async (asking: Asking, key: string, side: LedgerSide): Promise<LookUp> => {
  const rung = side === "forward" ? "call" : "undo";
  const before = await asking.calls.handedOut({ idempotency_key: key, rung });
  const told = wordThatTells(before);
  if (told?.said.outcome === "committed" || (told !== undefined && refusedByAll(before)))
    return foundBy(told.said, told.worker, { made_by: told.worker });
  if (before.length > 0 && (await nobodyTook(asking, before))) return { kind: "did_not_happen" };
  if (!asking.binding.looks_up) {
    return { kind: "unknown", why: `${asking.call.contract.tool_name} offers no way to ask whether it happened` };
  }
  const asked = await askWorker(asking, { rung: "look_up", side, key, undo: null });
  return asked.kind === "answered"
    ? foundBy(asked.answer.said, asked.answer.worker)
    : { kind: "unknown", why: `looked up: ${asked.why}` };
};

const nobodyTook = async ({ calls }: Asking, before: readonly HandedOut[]): Promise<boolean> => {
  // They are forgotten one by one: of an earlier one that is forgotten, nobody can tell whether it was taken.
  const first = before[0] && handingOutOf(before[0].call.call_id);
  if (first?.number !== 1) return false;
  for (const { call, state } of before) {
    if (state === "taken") return false;
    if (state === "offered" && !(await calls.withdraw(call))) return false;
  }
  return true;
};
