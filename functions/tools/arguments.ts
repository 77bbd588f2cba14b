import type { JsonObject } from "../../shared/plan/json.ts";
import { ToolFailure } from "../../shared/ports/tools.ts";

/** @throws ToolFailure when the argument is missing, empty or no text. */
export const textArgument = (args: JsonObject, name: string): string => {
  const value = args[name];
  if (typeof value === "string" && value !== "") return value;
  throw new ToolFailure(`the argument ${name} must be a text that is not empty`);
};

export const textOr = (args: JsonObject, name: string, otherwise: string): string => {
  const value = args[name];
  return typeof value === "string" && value !== "" ? value : otherwise;
};

/** A whole number from 1, or `otherwise`. */
export const countOr = (args: JsonObject, name: string, otherwise: number): number => {
  const value = args[name];
  return typeof value === "number" && Number.isInteger(value) && value > 0 ? value : otherwise;
};

export const without = (args: JsonObject, ...names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(args).filter(([name]) => !names.includes(name)));
