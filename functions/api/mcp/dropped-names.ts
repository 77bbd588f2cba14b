import { isJsonObject } from "../../../shared/plan/json.ts";
import { droppedNames } from "../../../shared/plan/json-faults.ts";
import type { Violation } from "../../../shared/plan/violation.ts";

/** Why a request is not answered as its library hands it over, by the request's id. */
export type Dropped = ReadonlyMap<unknown, Violation[]>;

/**
 * The library's schemas drop names of the arguments in a body, without a word: a call would be made of the rest. Two
 * requests under one id are both held to it.
 */
export const droppedIn = (messages: readonly unknown[]): Dropped =>
  new Map(
    messages.flatMap((message) => {
      if (!isJsonObject(message) || !isJsonObject(message.params) || !isJsonObject(message.params.arguments)) return [];
      const violations = droppedNames(message.params.arguments, "/arguments");
      return violations.length === 0 ? [] : [[message.id, violations] as const];
    }),
  );
