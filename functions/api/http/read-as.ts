import type { z } from "zod";
import { jsonFaults } from "../../../shared/plan/json-faults.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { schemaViolations } from "../../../shared/plan/schema-violations.ts";
import { listViolations, type Violation } from "../../../shared/plan/violation.ts";
import type { Problem } from "../schemas.ts";
import { invalidInput } from "./problems.ts";

/** A value by a schema, or everything that is wrong with it; `at` is its place in what was sent. */
export const parsed = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: string,
): Result<z.output<Schema>, Violation[]> => {
  const result = schema.safeParse(value, { reportInput: true });
  return result.success ? accept(result.data) : refuse(schemaViolations(result.error, schema, at));
};

/** The same of a value that came from elsewhere and was looked at by nobody: as plain JSON first. */
export const readAs = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: string,
): Result<z.output<Schema>, Problem> => {
  const { violations } = jsonFaults(value);
  const faults = violations.map((violation) => ({ ...violation, path: `${at}${violation.path}` }));
  if (faults.length > 0) return refuse(invalidInput(listViolations(faults)));
  const read = parsed(schema, value, at);
  return read.ok ? read : refuse(invalidInput(listViolations(read.refusal)));
};
