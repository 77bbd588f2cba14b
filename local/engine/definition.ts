import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { digestOfBytes } from "../../shared/plan/digest.ts";

const ASL_FILE = fileURLToPath(new URL("../../infra/workflow/orchestration.asl.json", import.meta.url));

const state = z.looseObject({
  Type: z.string(),
  TimeoutSeconds: z.number().optional(),
  TimeoutSecondsPath: z.string().optional(),
  get ItemProcessor() {
    return z.looseObject({ States: z.record(z.string(), state) }).optional();
  },
});
type State = z.infer<typeof state>;
const machine = z.looseObject({ StartAt: z.string(), States: z.record(z.string(), state) });
export type Machine = z.infer<typeof machine>;

/** A state machine as text, and the digest it is known by. */
export type Definition = { readonly text: string; readonly digest: string };

/** The state machine file: the one that is deployed, byte for byte, and its digest. */
export const readDefinition = async (): Promise<Definition> => {
  const text = await readFile(ASL_FILE, "utf8");
  return { text, digest: digestOfBytes(text) };
};

/** Longer than any wait that Next wave asks for (20 days); timers overflow at 24.8. */
const LOCAL_WAIT_LIMIT_SECONDS = 2_000_000;

/** A file that the local interpreter can run, and the seconds its tasks may take, by the name of their state. */
export type Interpretable = { readonly machine: Machine; readonly time_limits: ReadonlyMap<string, number> };

/**
 * The file as the local interpreter can run it, changed in the two ways in which that differs from Step Functions:
 * `${Name}` stays a name, because functions are found by state; and timeouts are kept by the local workflow itself. A
 * task's counts from when its turn has come, not from when it was asked for; and the interpreter looks for
 * TimeoutSecondsPath among the parameters, not in the state's input.
 */
export const interpretable = (text: string): Interpretable => {
  const parsed = machine.parse(JSON.parse(text));
  const time_limits = new Map<string, number>();
  const unlimited = (states: Readonly<Record<string, State>>): Record<string, State> =>
    Object.fromEntries(
      Object.entries(states).map(([name, { TimeoutSecondsPath: _path, TimeoutSeconds, ItemProcessor, ...others }]) => {
        if (TimeoutSeconds !== undefined) time_limits.set(name, TimeoutSeconds);
        const within =
          ItemProcessor === undefined
            ? {}
            : { ItemProcessor: { ...ItemProcessor, States: unlimited(ItemProcessor.States) } };
        const task = others.Type === "Task" ? { TimeoutSeconds: LOCAL_WAIT_LIMIT_SECONDS } : {};
        return [name, { ...others, ...within, ...task }];
      }),
    );
  return { machine: { ...parsed, States: unlimited(parsed.States) }, time_limits };
};
