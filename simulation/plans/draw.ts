import type { Random } from "../random.ts";
import type { Sketch } from "./executions.ts";
import { SHAPES } from "./shapes.ts";
import { SKETCHES } from "./sketches.ts";

/** How many executions of a step or two run at once in the schedules that are about many. */
export const CROWD = 20;

/** Most only read, or write without asking anybody; a few make the very same call. */
const crowd = (random: Random): readonly Sketch[] =>
  Array.from({ length: CROWD }, () => {
    const thing = random.pick(["a", "b", "c", "d"]);
    const tool = random.pick(["look", "look", "look", "put_with_key", "put_with_key", "send"]);
    return { name: "one of many", plans: [[{ id: "s1", tool, thing }]] };
  });

/**
 * The executions that one schedule plays: many at once in a tenth, one shape in four tenths, else a few small plans
 * that meet.
 */
export const drawSketches = (random: Random): readonly Sketch[] => {
  const draw = random.next();
  if (draw < 0.1) return crowd(random);
  if (draw < 0.5) return random.pick(SHAPES).draw(random);
  return Array.from({ length: random.pick([1, 1, 2, 2, 3]) }, () => random.pick(SKETCHES));
};
