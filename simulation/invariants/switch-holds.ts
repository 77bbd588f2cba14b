import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { writes } from "../../shared/contracts/tool-contract.ts";
import { placeName } from "./ahead.ts";
import { checker, type Invariant } from "./invariant.ts";
import { openCalls, rowName } from "./open-calls.ts";

const name = "switch-holds";
const check = checker(name);

export const switchHolds: Invariant = {
  name,
  promise:
    "After LIVE was switched off for the deployment, no call that writes is sent but those that were in flight by then, until it is switched on.",
  watch: () => {
    const calls = openCalls();
    let enabled = true;
    /** While it is off: what was in flight when that was answered. */
    let inFlight: ReadonlySet<string> | undefined;
    return {
      written: (written) => {
        calls.written(written);
        const { after } = written;
        if (!after?.pk.startsWith(PARTITIONS.setting)) return;
        enabled = after.enabled === true;
        if (enabled) inFlight = undefined;
      },
      switchedOff: () => {
        // Somebody may have switched it on between the write and the answer.
        if (!enabled) inFlight ??= calls.now();
      },
      arrived: async ({ call, side, by }) => {
        if (side !== "forward" || !writes(call.contract)) return;
        check(
          inFlight === undefined || inFlight.has(rowName(call)),
          () => `${by} sends ${placeName(call)}, and LIVE was switched off before it was announced`,
        );
      },
    };
  },
};
