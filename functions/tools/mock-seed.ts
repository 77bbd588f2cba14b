import { digestOf } from "../../shared/plan/digest.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { type Person, person } from "./world/people.ts";

/** Plausible values that follow from a tool's name and arguments alone: the same call always mocks alike. */
export type MockSeed = {
  /** `c_3fa9b2d1e07c`: an id that no record of the sandbox has. */
  id(prefix: string): string;
  /** A whole number from 0 to below `limit`; another `purpose` gives another number. */
  number(purpose: string, limit: number): number;
  person(purpose: string): Person;
};

export const mockSeed = (tool_name: string, args: JsonObject): MockSeed => {
  const hex = (purpose: string): string => digestOf("mock", { tool_name, arguments: args, purpose });
  // 12 hex digits are 48 bits: exact as a number, and far more than any limit in use.
  const number = (purpose: string, limit: number): number => Number.parseInt(hex(purpose).slice(0, 12), 16) % limit;
  return {
    id: (prefix) => `${prefix}_${hex("id").slice(0, 12)}`,
    number,
    person: (purpose) => person(number(purpose, 2_660)),
  };
};
