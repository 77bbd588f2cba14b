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

/** An error of the file itself, which Step Functions lets no state try again or catch. */
const UNCATCHABLE = "States.Runtime";

/** `States.ALL` is every error that can be caught, `States.TaskFailed` every one of those but a timeout. */
export const matches = ({ ErrorEquals }: Retrier | Catcher, { name }: StateError): boolean =>
  name !== UNCATCHABLE &&
  ErrorEquals.some(
    (wanted) =>
      wanted === "States.ALL" || wanted === name || (wanted === "States.TaskFailed" && name !== "States.Timeout"),
  );
