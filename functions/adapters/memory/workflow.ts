import type { JsonObject } from "../../../shared/plan/json.ts";
import type { RunInput, Workflow } from "../../../shared/ports/workflow.ts";

export type Started = { readonly name: string; readonly input: RunInput };
export type Woken = { readonly token: string; readonly output: JsonObject };

/** An engine that only remembers. Every token is alive until it is woken or killed. */
export type MemoryWorkflow = Workflow & {
  readonly started: readonly Started[];
  readonly woken: readonly Woken[];
  kill(token: string): void;
};

export const memoryWorkflow = (): MemoryWorkflow => {
  const started: Started[] = [];
  const woken: Woken[] = [];
  const dead = new Set<string>();
  return {
    started,
    woken,
    kill: (token) => {
      dead.add(token);
    },
    start: async (name, input) => {
      if (started.some((run) => run.name === name)) return "exists";
      started.push({ name, input });
      return "started";
    },
    wake: async (token, output) => {
      if (dead.has(token)) return "dead";
      dead.add(token);
      woken.push({ token, output });
      return "woken";
    },
  };
};
