import { StateMachine, type StateMachineDefinition } from "aws-local-stepfunctions";
import { z } from "zod";
import { interpretable } from "./definition.ts";

export type Task = (input: unknown) => Promise<unknown>;

type RunOverrides = NonNullable<NonNullable<Parameters<StateMachine["run"]>[1]>["overrides"]>;
type LocalHandlers = NonNullable<RunOverrides["taskResourceLocalHandlers"]>;
type EventLogs = ReturnType<StateMachine["run"]>["eventLogs"];

/** A definition that can be run, with the functions that its states call. */
export type Runnable = { readonly machine: StateMachine; readonly overrides: RunOverrides };

/** @param functionsFor the functions of the states, by the seconds that the file gives some of them */
export const runnableOf = (
  text: string,
  functionsFor: (time_limits: ReadonlyMap<string, number>) => RunOverrides,
): Runnable => {
  const { machine, time_limits } = interpretable(text);
  return {
    // A test holds the file against the language; to compile its grammar in every process would take a second of each start.
    machine: new StateMachine(asDefinition(machine), { validationOptions: { noValidate: true } }),
    overrides: functionsFor(time_limits),
  };
};

/** @param retry_pause_ms pause before each retry, in place of what the file says */
export const overridesOf = (
  handlers: Readonly<Record<string, Task>>,
  retried: readonly string[],
  retry_pause_ms: number | undefined,
): RunOverrides => ({
  taskResourceLocalHandlers: localHandlers.parse(handlers),
  ...(retry_pause_ms === undefined
    ? {}
    : { retryIntervalOverrides: Object.fromEntries(retried.map((state) => [state, retry_pause_ms])) }),
});

/** Read also where nobody wants to know: the interpreter keeps every event of a run until somebody has. */
export const tellEntered = async (events: EventLogs, onEntered: (state: string) => void): Promise<void> => {
  for await (const event of events) if (event.type === "StateEntered") onEntered(event.state.name);
};

const localHandlers = z.custom<LocalHandlers>((value) => typeof value === "object" && value !== null);
const definitionType = z.custom<StateMachineDefinition>((value) => typeof value === "object" && value !== null);
/** `interpretable` has looked at its form. */
const asDefinition = (machine: unknown): StateMachineDefinition => definitionType.parse(machine);
