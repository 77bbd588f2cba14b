import { EXIT } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import type { Api } from "./api.ts";
import { CliError } from "./problem.ts";

/** Stands for the newest execution, where something is only read. */
export const LAST = "last";

/** The id that was named. @throws CliError where the last one is asked for and there is none */
export const namedExecution = async (api: Api, named: string): Promise<string> => {
  if (named !== LAST) return named;
  const [newest] = (await api.executions(1)).value.items;
  if (newest !== undefined) return newest.execution_id;
  throw new CliError("there is no execution yet", EXIT.not_found, { remedy: `submit one: ${hint.runExample()}` });
};
