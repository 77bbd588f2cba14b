/** By then nobody is reading along: what is shown may be older. */
const IDLE_MS = 120_000;

let touched = Date.now();
const returning = new Set<() => void>();

const touch = (): void => {
  const idle = isIdle();
  touched = Date.now();
  if (idle) for (const then of returning) then();
};

for (const sign of ["pointerdown", "pointermove", "wheel", "keydown"]) {
  addEventListener(sign, touch, { passive: true, capture: true });
}

/** Whether nobody has touched the page for a while. */
export const isIdle = (): boolean => Date.now() - touched > IDLE_MS;

/** Calls `then` when somebody touches the page after it was idle. @returns ends that */
export const onReturn = (then: () => void): (() => void) => {
  returning.add(then);
  return () => returning.delete(then);
};
