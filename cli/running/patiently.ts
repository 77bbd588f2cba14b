import { ApiProblem, CliError } from "../client/problem.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { hint } from "../hints.ts";

/** A server that is started anew is back by then. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];

/** A token that is over, or not enough. */
const isOfTheToken = (error: unknown): error is ApiProblem =>
  error instanceof ApiProblem && (error.status === 401 || error.status === 403);

const isUnanswered = (error: unknown): error is CliError =>
  error instanceof CliError && error.exit_code === EXIT.unreachable;

/**
 * Reads again where nobody answers, once somebody did: what is followed goes on without who follows. Where that is in
 * vain, or the token is not believed any more, the error says how to come back to it: by `back`, unless the token is not
 * enough for what was asked, which a token like it never is. A server that never answered is not waited for.
 */
export const patiently = (
  { wait }: Pick<Context, "wait">,
  execution_id: string,
  { back = hint.follow(execution_id), heard: before = false }: { back?: string; heard?: boolean } = {},
) => {
  let heard = before;
  const once = async <Value>(read: () => Promise<Value>): Promise<Value> => {
    const value = await read();
    heard = true;
    return value;
  };
  return async <Value>(read: () => Promise<Value>): Promise<Value> => {
    for (let times = 0; ; times += 1) {
      try {
        return await once(read);
      } catch (error) {
        if (!heard) throw error;
        const comeBack = `Come back: ${back}`;
        if (isOfTheToken(error)) {
          const next = error.status === 403 ? `How it stands: ${hint.status(execution_id)}` : comeBack;
          const remedy = [error.remedy, "the execution goes on meanwhile", next].filter((each) => each !== null);
          throw new ApiProblem(error.status, error.problem, remedy.join(". "));
        }
        if (!isUnanswered(error)) throw error;
        const pause = PAUSES_MS[times];
        if (pause === undefined) {
          const remedy = `the execution goes on as soon as its server does. ${comeBack}`;
          throw new CliError(error.message, EXIT.unreachable, { remedy, cause: error });
        }
        await wait(pause);
      }
    }
  };
};
