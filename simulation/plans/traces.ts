import type { Random } from "../random.ts";
import type { Sketch, StepSketch } from "./executions.ts";

/**
 * Shapes of the 50 reference solutions of tau2-bench's airline tasks (sierra-research/tau2-bench, MIT), each of them once:
 * long runs of reads, then the writes they lead to, each step after the one before it. A letter is a step: r reads, h writes what
 * cannot be undone. That domain undoes nothing; so some shapes have steps that write what can be undone instead, m.
 */
const TRACES = [
  ...["h", "r", "hh", "rh", "rr", "hhh", "rhh", "rrh", "rrr", "hhhh", "rrrh", "hhhhh", "rrhhh", "rrrhh", "rrrrh"],
  ...["rrrrrr", "rrrrrrrr", "rrrrrrrrhh", "rrrrrrrrhhh", "rrrrrrrrrrrrrrrrhhh"],
  ...["m", "rm", "rrm", "mmm", "hmhh", "rrmhh", "rrrmm"],
] as const;

const TOOLS: Readonly<Record<string, readonly string[]>> = {
  r: ["look"],
  m: ["put_asked_about", "put_with_key", "put_opaque", "book"],
  h: ["make", "send", "confirm"],
};

const THINGS = ["a", "b", "c"] as const;

/** One in five may not go LIVE on it. */
const confidence = (random: Random): number => random.pick([0.97, 0.95, 0.92, 0.88, 0.78]);

const drawTrace = (random: Random, agent: "agent_1" | "agent_2"): StepSketch[] => {
  const thing = random.pick(THINGS);
  return [...random.pick(TRACES)].map((letter, at) => ({
    id: `s${at + 1}`,
    tool: random.pick(TOOLS[letter] ?? ["look"]),
    thing: random.chance(0.7) ? thing : random.pick(THINGS),
    value: random.pick(["one", "two"]),
    after: at === 0 ? [] : [`s${at}`],
    agent,
    confidence: confidence(random),
  }));
};

/** Two agents' plans, of one execution or of two. */
export const drawTraces = (random: Random): readonly Sketch[] => {
  const plans = [drawTrace(random, "agent_1"), drawTrace(random, "agent_2")];
  const name = "as real agents plan";
  return random.chance(0.5) ? [{ name, plans }] : plans.map((steps) => ({ name, plans: [steps] }));
};
