import { didYouMean } from "../../../shared/plan/suggestion.ts";
import type { Problem } from "../schemas.ts";
import { notFound } from "./problems.ts";

/**
 * The refusal of a name that is not there, with the near one of those that are: only for who reads or keeps the registry
 * that they stand in, and where its list is read in one go. A `name` among them is not misspelt: a part of it is missing.
 */
export const notFoundNear = async (
  what: string,
  name: string,
  known: () => Promise<readonly string[]>,
): Promise<Problem> => {
  const problem = notFound(`${what} ${name}`);
  const names = await known();
  return names.includes(name) ? problem : { ...problem, detail: `${problem.detail}${didYouMean(name, names)}` };
};
