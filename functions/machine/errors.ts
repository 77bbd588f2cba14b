import { Surprise } from "../../shared/plan/surprise.ts";
import type { Catcher, Retrier } from "./definition.ts";

/** An error as the engine sees it: a name to match and a cause to pass on. */
export class StateError extends Surprise {
  override readonly name: string;
  readonly cause_text: string;
  constructor(name: string, cause: string) {
    super(`${name}: ${cause}`);
    this.name = name;
    this.cause_text = cause;
  }
}

export const stateError = (error: unknown): StateError => {
  if (error instanceof StateError) return error;
  return error instanceof Error ? new StateError(error.name, error.message) : new StateError("Error", String(error));
};

/** `States.ALL` is every error, `States.TaskFailed` every one but a timeout. */
export const matches = ({ ErrorEquals }: Retrier | Catcher, error: StateError): boolean =>
  ErrorEquals.some(
    (name) =>
      name === "States.ALL" || name === error.name || (name === "States.TaskFailed" && error.name !== "States.Timeout"),
  );
