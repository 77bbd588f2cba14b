import { ExecutionError, StateMachine, type StateMachineDefinition } from "aws-local-stepfunctions";
import { z } from "zod";
import type { Json } from "../../../shared/plan/json.ts";

const state = z.looseObject({
  Type: z.string(),
  get ItemProcessor() {
    return z.looseObject({ States: z.record(z.string(), state) }).optional();
  },
});
type State = z.infer<typeof state>;
const file = z.looseObject({ StartAt: z.string(), States: z.record(z.string(), state) });

/** Longer than any run of a test. */
const TIMEOUT_SECONDS = 2_000_000;

/** Both readers call the functions of the states by this. @throws Error whose name is the error's of the state */
export type Call = (state: string, payload: Json) => Promise<Json>;

/** The things that a reader of the file did. `end`: that it succeeded, or the cause of its failure. */
export type Reading = { readonly entered: string[]; readonly end: string };

const taskInput = z.looseObject({ Payload: z.json() });
type Handlers = NonNullable<
  NonNullable<NonNullable<Parameters<StateMachine["run"]>[1]>["overrides"]>["taskResourceLocalHandlers"]
>;
const handlersOf = z.custom<Handlers>((value) => typeof value === "object" && value !== null);
const definitionOf = z.custom<StateMachineDefinition>((value) => typeof value === "object" && value !== null);

/**
 * The file as that library can read it. It looks for TimeoutSecondsPath among the parameters, not in the state's input,
 * and gives up a task without a timeout after 60 s.
 */
export const readable = (text: string): StateMachineDefinition => {
  const without = (states: Readonly<Record<string, State>>): Record<string, State> =>
    Object.fromEntries(
      Object.entries(states).map(([name, { TimeoutSecondsPath: _path, ItemProcessor, ...others }]) => [
        name,
        {
          ...others,
          ...(ItemProcessor === undefined
            ? {}
            : { ItemProcessor: { ...ItemProcessor, States: without(ItemProcessor.States) } }),
          ...(others.Type === "Task" ? { TimeoutSeconds: TIMEOUT_SECONDS } : {}),
        },
      ]),
    );
  const { States, ...others } = file.parse(JSON.parse(text));
  return definitionOf.parse({ ...others, States: without(States) });
};

const namesOfTasks = (states: Readonly<Record<string, State>>): string[] =>
  Object.entries(states).flatMap(([name, { Type, ItemProcessor }]) => [
    ...(Type === "Task" ? [name] : []),
    ...(ItemProcessor === undefined ? [] : namesOfTasks(ItemProcessor.States)),
  ]);

/** Of the error that ended a run it keeps the cause. */
const causeIn = ({ message }: ExecutionError): string =>
  message.replace("Execution has failed with the following error: ", "");

/** A run of the file by a library that others wrote, with no pause before a retry. */
export const readByOthers = async (text: string, input: Json, call: Call): Promise<Reading> => {
  const definition = readable(text);
  const names = namesOfTasks(file.parse(JSON.parse(text)).States);
  const machine = new StateMachine(definition, { validationOptions: { noValidate: true } });
  const handlers = names.map((name) => [
    name,
    async (given: unknown) => ({ Payload: await call(name, taskInput.parse(given).Payload) }),
  ]);
  const running = machine.run(input, {
    overrides: {
      taskResourceLocalHandlers: handlersOf.parse(Object.fromEntries(handlers)),
      retryIntervalOverrides: Object.fromEntries(names.map((name) => [name, 0])),
    },
    context: { Task: { Token: "token" } },
  });
  const entered: string[] = [];
  const heard = (async () => {
    for await (const event of running.eventLogs) if (event.type === "StateEntered") entered.push(event.state.name);
  })();
  const end = await running.result.then(
    () => "SUCCEEDED",
    (error: unknown) => (error instanceof ExecutionError ? causeIn(error) : String(error)),
  );
  await heard;
  return { entered, end };
};
