import { cutText } from "../../shared/plan/cut-text.ts";
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

/** So many characters of a cause Step Functions carries on. */
const MOST_CAUSE = 32_768;

export const stateError = (error: unknown): StateError => {
  if (error instanceof StateError) return error;
  if (!(error instanceof Error)) return new StateError("Error", cutText(String(error), MOST_CAUSE));
  return new StateError(error.name, cutText(error.message, MOST_CAUSE));
};

export const DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded";

/**
 * Errors that Step Functions lets no `States.ALL` try again or catch: of the file itself, and of more data than a state
 * may have.
 */
const UNCATCHABLE: ReadonlySet<string> = new Set(["States.Runtime", DATA_LIMIT_EXCEEDED]);

/** `States.ALL` is every error that can be caught, `States.TaskFailed` every one of those but a timeout. */
export const matches = ({ ErrorEquals }: Retrier | Catcher, { name }: StateError): boolean =>
  !UNCATCHABLE.has(name) &&
  ErrorEquals.some(
    (wanted) =>
      wanted === "States.ALL" || wanted === name || (wanted === "States.TaskFailed" && name !== "States.Timeout"),
  );
