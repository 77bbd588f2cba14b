import { tellsNobody } from "../adapters/memory/tells-nobody.ts";
import { awsBus } from "../aws/bus.ts";
import type { Environment } from "../aws/environment.ts";
import { awsFiles } from "../aws/files.ts";
import { awsMetrics } from "../aws/metrics.ts";
import { awsRecords, awsTable } from "../aws/records.ts";
import { awsSigner } from "../aws/signer.ts";
import { liveTools, mockTools, previewToolbox } from "../aws/toolbox.ts";
import { awsWaker } from "../aws/waker.ts";
import { awsWorkflow } from "../aws/workflow.ts";
import type { Deps } from "../deps.ts";
import { carrierWithin } from "./carrier.ts";
import { type Carried, workflowTasks } from "./tasks.ts";

/**
 * Reads that need nobody, made by the function that is asked: everything that the functions of the state machine have
 * between them, as far as a read needs it. Its role refuses whatever more its code could do, and the run is left to them.
 */
export const awsCarrier = (env: Environment, log: Deps["log"]): Pick<Deps, "carrier" | "tracing"> => {
  const table = awsTable(env);
  const deps: Carried = {
    ...awsRecords(env, table),
    ...awsFiles(env),
    ...awsWorkflow(env),
    ...awsWaker(env),
    ...awsBus(env),
    ...tellsNobody(),
    ...awsMetrics(env),
    ...awsSigner(env),
    ...liveTools(env, table),
    log,
  };
  const { tasks } = workflowTasks({
    deps,
    mocking: mockTools().toolbox,
    previewing: previewToolbox(env, table),
  });
  return { carrier: carrierWithin(deps, () => tasks), tracing: deps.tracing };
};
