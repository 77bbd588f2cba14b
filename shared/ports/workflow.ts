import type { BusEventType } from "../artifacts/bus-events.ts";
import type { JsonObject } from "../plan/json.ts";

/** The input of a run; `correlation_id` is handed to every task, for its log. */
export type RunInput = { execution_id: string; history: number; correlation_id: string };

/** The engine that runs the state machine. */
export interface Workflow {
  /** Starts the machine under a name. @returns "started", or "exists" when a run of that name was started before. */
  start(name: string, input: RunInput): Promise<"started" | "exists">;
  /** Ends the wait behind a task token. A token that is dead already counts as woken. */
  wake(token: string, output: JsonObject): Promise<"woken" | "dead">;
}

/** Ends the waits of executions. It alone gets at task tokens. */
export interface Waker {
  /**
   * @returns those that were waiting; each looks at its records again. Any other is in the middle of a wave, or is not
   * running. One that was woken and is woken again is not waiting.
   */
  wake(execution_ids: readonly string[]): Promise<ReadonlySet<string>>;
}

export type BusEvent = {
  type: BusEventType;
  detail: JsonObject;
};

export interface Bus {
  /** At least once; receivers recognise repeats by `detail.id`. */
  publish(events: readonly BusEvent[]): Promise<void>;
}
