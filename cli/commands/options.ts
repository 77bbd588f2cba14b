import { z } from "zod";
import { RISK_LEVELS } from "../../shared/contracts/tool-contract.ts";
import { CliError } from "../client/problem.ts";
import type { Flag } from "../command.ts";
import { EXIT } from "../exit-codes.ts";

/** The words on an option that a command cannot do without. */
const needed = { error: "is needed" };

/** Options arrive as text; a number that is none is told to the user by the option's name. */
const whole = (least: number, most: number) =>
  z
    .string(needed)
    .regex(/^\d{1,9}$/u, "must be a whole number")
    .transform(Number)
    .pipe(z.number().min(least, `must be at least ${least}`).max(most, `must be at most ${most}`));

export const port = whole(0, 65_535);
export const seconds = whole(1, 31_536_000);
/** A token that lasts longer is forgotten by who made it. */
export const hours = whole(1, 720);
export const depth = whole(1, 10_000);
export const limit = whole(1, 1_000);
/** The API's pages hold no more. */
export const pageLimit = whole(1, 200);

/** The arguments of a command that takes exactly one. */
export const oneArgument = z.tuple([z.string().min(1)]);
/** Of one that takes at most one. */
export const maybeOneArgument = z.tuple([z.string().optional()]);
export const noArguments = z.tuple([]);
export const noOptions = z.object({});
export const text = z.string(needed).min(1, "must not be empty");

const DATE = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?$/u;

/** Written year first, and a day that its month has: else a program reads another day than a person wrote. */
const isDate = (given: string): boolean => {
  const [, day = ""] = DATE.exec(given) ?? [];
  const at = Date.parse(`${day}T00:00Z`);
  return !Number.isNaN(Date.parse(given)) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
};

/** A day begins at midnight where this terminal is; a moment with a zone is that moment. */
export const date = text
  .refine(isDate, "must be a date, such as 2026-12-24 or 2026-12-24T09:00Z")
  .transform((given) => new Date(/^\d{4}-\d\d-\d\d$/u.test(given) ? `${given}T00:00` : given).toISOString());

/** Any number of arguments, none too. */
export const anyArguments = z.tuple([z.array(z.string().min(1))]);

export const riskFlag: Flag = { flags: "--risk <level>", says: "of this risk", choices: RISK_LEVELS };

export const reasonFlag: Flag = { flags: "--reason <text>", says: "why; kept in the audit (needed)" };

/** A choice beside the name of the one thing that is meant would be left aside. @throws CliError (usage) that names it */
export const refuseFilters = (filters: Readonly<Record<string, unknown>>): void => {
  const given = Object.keys(filters).filter((name) => filters[name] !== undefined);
  if (given.length === 0) return;
  const flags = given.map((name) => `--${name}`).join(", ");
  throw new CliError(`${flags}: a choice among many does not go with the name of one`, EXIT.usage);
};
