import { CliError } from "../client/problem.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";

/** A server that is started anew is back by then. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];

/** Reads again where nobody answered: what is followed goes on without who follows. @throws as `read`, once that was in vain */
export const patiently = async <Value>({ wait }: Pick<Context, "wait">, read: () => Promise<Value>): Promise<Value> => {
  for (const pause of PAUSES_MS) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof CliError) || error.exit_code !== EXIT.unreachable) throw error;
    }
    await wait(pause);
  }
  return read();
};
