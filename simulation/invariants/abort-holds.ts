import { writes } from "../../shared/contracts/tool-contract.ts";
import { placeName } from "./ahead.ts";
import { checker, type Invariant } from "./invariant.ts";
import { openCalls, rowName } from "./open-calls.ts";

const name = "abort-holds";
const check = checker(name);

export const abortHolds: Invariant = {
  name,
  promise:
    "After an abort was answered, its execution sends no call that writes but those that were in flight by then, which are seen through.",
  watch: () => {
    const calls = openCalls();
    /** By execution: what was in flight when its abort was answered. */
    const aborted = new Map<string, ReadonlySet<string>>();
    return {
      written: calls.written,
      aborted: (execution_id) => {
        aborted.set(execution_id, calls.now());
      },
      arrived: async ({ call, side, by }) => {
        if (side !== "forward" || !writes(call.contract)) return;
        const inFlight = aborted.get(call.execution_id);
        check(
          inFlight === undefined || inFlight.has(rowName(call)),
          () => `${by} sends ${placeName(call)}, and its execution was aborted before it was announced`,
        );
      },
    };
  },
};
