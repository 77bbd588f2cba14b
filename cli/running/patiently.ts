import { CliError } from "../client/problem.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { hint } from "../hints.ts";

/** A server that is started anew is back by then. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];

const isUnanswered = (error: unknown): error is CliError =>
  error instanceof CliError && error.exit_code === EXIT.unreachable;

/**
 * Reads again where nobody answers, once somebody did: what is followed goes on without who follows. Where that is in
 * vain, the error says how to come back to it. A server that never answered is not waited for.
 */
export const patiently = ({ wait }: Pick<Context, "wait">, execution_id: string, before = { heard: false }) => {
  let { heard } = before;
  const once = async <Value>(read: () => Promise<Value>): Promise<Value> => {
    const value = await read();
    heard = true;
    return value;
  };
  return async <Value>(read: () => Promise<Value>): Promise<Value> => {
    for (const pause of heard ? PAUSES_MS : []) {
      try {
        return await once(read);
      } catch (error) {
        if (!isUnanswered(error)) throw error;
      }
      await wait(pause);
    }
    try {
      return await once(read);
    } catch (error) {
      if (!heard || !isUnanswered(error)) throw error;
      const remedy = `the execution goes on as soon as its server does. Come back: ${hint.follow(execution_id)}`;
      throw new CliError(error.message, EXIT.unreachable, { remedy, cause: error });
    }
  };
};
