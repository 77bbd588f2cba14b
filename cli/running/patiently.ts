import { NoAnswer, type Patience } from "../client/http.ts";
import { ApiProblem, CliError } from "../client/problem.ts";
import { EXIT } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import type { Session } from "../session.ts";

/** A server that is started anew is back by then. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];

/** A token that is over, or not enough. */
const isOfTheToken = (error: unknown): error is ApiProblem =>
  error instanceof ApiProblem && (error.status === 401 || error.status === 403);

const isUnanswered = (error: unknown): error is CliError =>
  error instanceof CliError && error.exit_code === EXIT.unreachable;

type How = {
  /** The command that comes back to it; `buddy follow` unless said. */
  readonly back?: string;
  /** Whether the server has answered this command already. */
  readonly heard?: boolean;
};

const IN_VAIN = "the execution goes on as soon as its server does";

const ofTheToken = (error: ApiProblem, execution_id: string, comeBack: string): ApiProblem => {
  const next = error.status === 403 ? `How it stands: ${hint.status(execution_id)}` : comeBack;
  const remedy = [error.remedy, "the execution goes on meanwhile", next].filter((each) => each !== null);
  return new ApiProblem(error.status, error.problem, remedy.join(". "));
};

/**
 * The session of who follows an execution, or a call. Every request that it makes, in whoever's name, is made again where
 * nobody answers, once somebody did: what is followed goes on without who follows. A decision whose answer was lost is
 * given again too: to the server the same decision of the same person is the same. Where that is in vain, or the token is not
 * believed any more, the error says how to come back to it: by `back`, unless the token is not enough for what was
 * asked, which a token like it never is. A server that never answered is not waited for.
 */
export const patiently = (session: Session, execution_id: string, how: How = {}): Session => {
  const { back = hint.follow(execution_id) } = how;
  const comeBack = `Come back: ${back}`;
  let { heard = false } = how;
  const patience: Patience = async (once) => {
    let lost: NoAnswer | undefined;
    for (let times = 0; ; times += 1) {
      try {
        const value = await once();
        heard = true;
        return value;
      } catch (error) {
        if (!heard) throw error;
        if (isOfTheToken(error)) throw ofTheToken(error, execution_id, comeBack);
        if (!isUnanswered(error)) throw error;
        if (error instanceof NoAnswer) lost = error;
        const pause = PAUSES_MS[times];
        if (pause === undefined) {
          // Of one that may have counted, that has to be said.
          const { message, faults } = lost ?? error;
          throw new CliError(message, EXIT.unreachable, { remedy: `${IN_VAIN}. ${comeBack}`, faults, cause: error });
        }
        await session.context.wait(pause);
      }
    }
  };
  return session.patient(patience);
};
