import { calledBy } from "../shared/plan/called.ts";
import { CliError } from "./client/problem.ts";
import type { Look } from "./render/approval.ts";
import type { Session } from "./session.ts";

/** How a document is shown to a person: callers by the names that they were given, beside their ids. */
export const lookOf = async ({ json, api, context }: Session): Promise<Look> => {
  const { paint, columns } = context;
  if (json) return { paint, columns };
  try {
    const { printable } = await api.names();
    return { paint, columns, called: calledBy(printable.names) };
  } catch (error) {
    // A server of a release before knows no names, and nothing else fails for want of one: ids are shown alone.
    if (error instanceof CliError) return { paint, columns };
    throw error;
  }
};
