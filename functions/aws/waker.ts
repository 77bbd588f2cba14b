import { LambdaClient } from "@aws-sdk/client-lambda";
import { lambdaWaker } from "../adapters/lambda/waker.ts";
import type { Deps } from "../deps.ts";
import type { Environment } from "./environment.ts";

/** Wakes executions by way of the one function that reads task tokens. @throws Error in a function that is not told which */
export const awsWaker = ({ HANDLER, WAKE_FUNCTION }: Environment): Pick<Deps, "waker"> => {
  if (WAKE_FUNCTION === undefined) throw new Error(`${HANDLER} wakes nobody: it is not told by which function`);
  return { waker: lambdaWaker(new LambdaClient({}), WAKE_FUNCTION) };
};
