import { type Called, calledBy } from "../../shared/plan/called.ts";
import type { Deps } from "../deps.ts";

/** The names that callers are read by at this moment. */
export const calledNow = async ({ callerNames }: Pick<Deps, "callerNames">): Promise<Called> =>
  calledBy(await callerNames.all());
