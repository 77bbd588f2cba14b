/** An arrow from a step to one it waits for. */
export type Arrow = { readonly to: string };
/** The steps of a circle, and the arrow that closes it. */
export type Cycle<Written extends Arrow> = { steps: string[]; closing: Written };

/** More cycles than this in one plan are not searched for: the first ones show what is wrong. */
const MAX_CYCLES = 100;

/**
 * Cycles among arrows, one for each arrow that closes one in a depth-first walk. Linear, and iterative, so that a
 * chain of many thousand steps cannot exhaust the stack. The first and last step of a cycle are the same.
 */
export const findCycles = <Written extends Arrow>(
  arrows: ReadonlyMap<string, readonly Written[]>,
): Cycle<Written>[] => {
  const cycles: Cycle<Written>[] = [];
  const done = new Set<string>();
  for (const start of arrows.keys()) {
    if (done.has(start)) continue;
    const chain = [{ step: start, next: 0 }];
    const placeOf = new Map([[start, 0]]);
    for (let top = chain.at(-1); top !== undefined; top = chain.at(-1)) {
      const arrow = arrows.get(top.step)?.[top.next];
      top.next += 1;
      if (arrow === undefined) {
        done.add(top.step);
        placeOf.delete(top.step);
        chain.pop();
        continue;
      }
      const place = placeOf.get(arrow.to);
      if (place !== undefined) {
        if (cycles.length < MAX_CYCLES) {
          const steps = chain.slice(place).map(({ step }) => step);
          cycles.push({ steps: [...steps, arrow.to], closing: arrow });
        }
      } else if (!done.has(arrow.to) && arrows.has(arrow.to)) {
        placeOf.set(arrow.to, chain.length);
        chain.push({ step: arrow.to, next: 0 });
      }
    }
  }
  return cycles;
};
