import { z } from "zod";
import { type Machine, readMachine, type State } from "../../functions/machine/definition.ts";
import { workflowHandlers } from "../../infra/handlers.ts";

/** The deployed machine, read once. */
export const MACHINE: Machine = readMachine();

const named = z.object({ FunctionName: z.string() });
const timeouts: ReadonlyMap<string, number> = new Map(
  Object.entries(workflowHandlers).map(([name, { timeoutSeconds }]) => [`\${${name}}`, timeoutSeconds]),
);

const tasksOf = (states: Readonly<Record<string, State>>): (readonly [string, number])[] =>
  Object.entries(states).flatMap(([name, state]) => {
    if (state.Type === "Map") return tasksOf(state.ItemProcessor.States);
    if (state.Type !== "Task") return [];
    const seconds = timeouts.get(named.parse(state.Parameters).FunctionName);
    return seconds === undefined ? [] : [[name, seconds] as const];
  });

const lives = new Map(tasksOf(MACHINE.States));

/** After how many seconds the function of a state is stopped, as it is deployed. @throws RangeError */
export const livesSeconds = (state: string): number => {
  const seconds = lives.get(state);
  if (seconds === undefined) throw new RangeError(`${state} calls no deployed function`);
  return seconds;
};
