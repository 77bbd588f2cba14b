import type { Timer } from "../functions/tools/timer.ts";

const LOOKS_EVERY_MS = 5_000;

/** Share of the time in which the event loop had work; a tenth is what a sweep over many executions that wait takes. */
const AT_REST = 0.1;

/** Share of the time since it was last asked in which the event loop had work: 0 to 1. */
export type Utilization = () => number;

/**
 * Gives the system back what V8 keeps for later: pages that it emptied and would fill again, about a third of what the
 * process holds after 5,000 executions were brought to their approvals. V8 does so by itself only for programs in the
 * background, which a server never is to it. Stops the process for some 0.3 s at that size; does nothing where
 * Node was started without --expose-gc.
 */
export const giveBackMemory = (): void => {
  globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
};

/**
 * Calls `giveBack` whenever the process has come to rest after work: once, and not again before it worked again.
 * @returns a function that ends it
 */
export const whenAtRest = (
  timer: Timer,
  giveBack: () => void,
  utilization: Utilization = loopUtilization(),
): (() => void) => {
  let worked = true;
  const look = (): void => {
    const rests = utilization() < AT_REST;
    if (rests && worked) {
      giveBack();
      // The time that giving back took was no work.
      utilization();
    }
    worked = !rests;
    cancel = timer.after(LOOKS_EVERY_MS, look);
  };
  let cancel = timer.after(LOOKS_EVERY_MS, look);
  return () => cancel();
};

const loopUtilization = (): Utilization => {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
};
