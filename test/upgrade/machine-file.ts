import { z } from "zod";

const anyState = z.looseObject({
  Type: z.string(),
  Next: z.string().optional(),
  get ItemProcessor() {
    return z.looseObject({ States: z.record(z.string(), anyState) }).optional();
  },
});
const anyMachine = z.looseObject({ StartAt: z.string(), States: z.record(z.string(), anyState) });

/** Names of the tasks of a state machine, those inside a Map included. */
export const tasksOf = (definition: string): Set<string> => {
  const names = new Set<string>();
  const visit = (states: Record<string, z.infer<typeof anyState>>): void => {
    for (const [name, { Type, ItemProcessor }] of Object.entries(states)) {
      if (Type === "Task") names.add(name);
      if (ItemProcessor !== undefined) visit(ItemProcessor.States);
    }
  };
  visit(anyMachine.parse(JSON.parse(definition)).States);
  return names;
};

/** The file of a machine that begins in a state, without what comes before that state. */
export const startingAt = (definition: string, state: string): string => {
  const { StartAt, States, ...machine } = anyMachine.parse(JSON.parse(definition));
  const later: Record<string, unknown> = { ...States };
  for (let name: string | undefined = StartAt; name !== undefined && name !== state; name = States[name]?.Next) {
    delete later[name];
  }
  return JSON.stringify({ ...machine, StartAt: state, States: later });
};
