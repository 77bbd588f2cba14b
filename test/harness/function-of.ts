import { type HandlerName, workflowHandlers } from "../../infra/handlers.ts";
import { namesOf } from "../../infra/names-of.ts";

/** The function behind a state, by the state's name: "Roll back" is RollBack, "Conclude after a failure" is Conclude. */
export const functionOf = (state: string): HandlerName => {
  if (state === "Read the outcome") return "ReadOutcome";
  const words = state.split(" ").map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  const found = namesOf(workflowHandlers).find((name) => words.join("").startsWith(name));
  if (found === undefined) throw new Error(`no function for ${state}`);
  return found;
};
