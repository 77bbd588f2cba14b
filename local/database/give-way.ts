import { setImmediate } from "node:timers";

/** So long one turn of the event loop may go on from record to record: many of them fit into the time a lock has. */
const LONGEST_TURN_MS = 50;

/** Undefined while the turn may go on; else what resolves in a later one. */
export type GiveWay = () => Promise<void> | undefined;

/**
 * A record that is at hand is answered in the same turn of the event loop, so work that reads thousands of them, one
 * after the other, would be one turn: nobody else is answered meanwhile, not who wants it stopped. Asked after each, it
 * ends a turn that has gone on for too long. `now`: milliseconds that never go back.
 */
export const givingWay = (now: () => number = () => performance.now()): GiveWay => {
  let began: number | undefined;
  const ended = (): void => {
    began = undefined;
  };
  return () => {
    if (began === undefined) {
      began = now();
      setImmediate(ended);
      return undefined;
    }
    if (now() - began < LONGEST_TURN_MS) return undefined;
    return new Promise((resolve) => setImmediate(resolve));
  };
};
