import type { Attention } from "./pace.ts";

/** By then nobody is reading along: what is shown may be older. */
const IDLE_MS = 120_000;

let touched = Date.now();
const returning = new Set<() => void>();

const isIdle = (): boolean => Date.now() - touched > IDLE_MS;

const cameBack = (): void => {
  touched = Date.now();
  for (const then of returning) then();
};

const touch = (): void => {
  if (isIdle()) cameBack();
  else touched = Date.now();
};

for (const sign of ["pointerdown", "pointermove", "wheel", "keydown"]) {
  addEventListener(sign, touch, { passive: true, capture: true });
}

// A person who turns to the page reads it, though they may not touch it.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) cameBack();
});

export const attention = (): Attention => (document.hidden ? "hidden" : isIdle() ? "idle" : "reading");

/** Calls `then` when the page comes back into view, or somebody touches it after it was idle. @returns ends that */
export const onReturn = (then: () => void): (() => void) => {
  returning.add(then);
  return () => returning.delete(then);
};
