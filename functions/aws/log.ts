import { Logger } from "@aws-lambda-powertools/logger";
import { Surprise } from "../../shared/plan/surprise.ts";
import type { Tracing } from "../../shared/ports/tracing.ts";
import { powertoolsLog } from "../adapters/log/powertools.ts";
import type { Deps } from "../deps.ts";
import { observing } from "../observing.ts";
import type { Environment } from "./environment.ts";

/** The facts that Lambda gives of one invocation, as far as lines show it. */
export type Invocation = {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
};

export type FunctionLog = Pick<Deps, "log"> & {
  /** Errors may be seen with their words. */
  readonly details: boolean;
  /** From now on lines show this invocation: a function has one at a time. */
  invokedAs(invocation: Invocation): void;
};

/** The one logger of a function. */
export const functionLog = ({ STAGE, HANDLER, LOG_DETAILS: details }: LogEnvironment): FunctionLog => {
  const logger = new Logger({ serviceName: `buddy-${STAGE}`, persistentKeys: { handler: HANDLER } });
  return {
    log: powertoolsLog(logger, { details }),
    details,
    invokedAs: (invocation) => logger.addContext(invocation),
  };
};
export type LogEnvironment = Pick<Environment, "STAGE" | "HANDLER" | "LOG_DETAILS">;

/**
 * The error that a function throws in place of its own: Lambda writes every error that leaves a function into its log,
 * with words that may quote arguments. The kind stays, since the engine and people tell errors apart by it.
 */
class Withheld extends Surprise {
  override readonly name: string;
  constructor(thrown: unknown, { awsRequestId }: Pick<Invocation, "awsRequestId">) {
    super(`the function failed; its log tells where, under request ${awsRequestId}`);
    this.name = thrown instanceof Error ? thrown.name : "Error";
  }
}

/** A function is frozen once it has answered: what it would send later is sent at its next invocation, or never. */
export const sendSpans = async (log: Deps["log"], tracing: Pick<Tracing, "flush"> | undefined): Promise<void> => {
  try {
    await tracing?.flush();
  } catch (error) {
    const why = error instanceof Error ? error.name : "Error";
    log.warn("spans of this invocation are lost: their collector did not take them", { why });
  }
};

/**
 * A use case as Lambda calls it: every line says which execution, step and request it is about.
 * `tracing`: of a function whose calls are spans.
 * @throws what the use case throws, without its words unless the deployment wants them in its log
 */
export const deployed = <Using extends object, Answer>(
  env: LogEnvironment,
  deps: Using,
  useCase: (deps: NoInfer<Using> & Pick<Deps, "log">) => (input: unknown) => Promise<Answer>,
  tracing?: Pick<Tracing, "flush">,
) => {
  const { log, details, invokedAs } = functionLog(env);
  const observed = observing({ ...deps, log }, (using) => async (input) => {
    try {
      const answer = await useCase(using)(input);
      using.log.info("the function answered");
      return { ok: true as const, answer };
    } catch (error) {
      using.log.error("the function failed", {}, error);
      return { ok: false as const, error };
    }
  });
  return async (input: unknown, invocation: Invocation): Promise<Answer> => {
    invokedAs(invocation);
    const outcome = await observed(input);
    await sendSpans(log, tracing);
    if (outcome.ok) return outcome.answer;
    throw details ? outcome.error : new Withheld(outcome.error, invocation);
  };
};
