import { SFNClient } from "@aws-sdk/client-sfn";
import { stepFunctionsWorkflow } from "../adapters/step-functions/workflow.ts";
import type { Deps } from "../deps.ts";
import type { Environment } from "./environment.ts";

/** Starts runs of the deployed state machine, and wakes them. */
export const awsWorkflow = (env: Environment): Pick<Deps, "workflow"> => ({
  workflow: stepFunctionsWorkflow(new SFNClient({}), env.STATE_MACHINE_ARN),
});
