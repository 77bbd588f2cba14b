import { publish } from "../functions/artifacts/publish.ts";
import { resolve } from "../functions/conflicts/resolve.ts";
import type { Deps } from "../functions/deps.ts";
import { live } from "../functions/execution/attempt/live.ts";
import { readOutcome } from "../functions/execution/attempt/read-outcome.ts";
import { rollBack } from "../functions/execution/attempt/roll-back.ts";
import { conclude } from "../functions/execution/conclude/conclude.ts";
import { nextWave } from "../functions/execution/pass/next-wave.ts";
import { dryRun } from "../functions/execution/rehearse/dry-run.ts";
import { mock } from "../functions/execution/rehearse/mock.ts";
import { awaitApproval } from "../functions/execution/wait/await-approval.ts";
import { continueInFreshRun } from "../functions/execution/wait/continue.ts";
import { feedback } from "../functions/feedback/signals.ts";
import { health } from "../functions/health/score.ts";
import { observing } from "../functions/observing.ts";
import { validate } from "../functions/plan/validate.ts";
import type { Toolbox } from "../shared/ports/tools.ts";
import type { WorkflowTasks } from "./engine/workflow.ts";

/** MOCK and DRY_RUN are given toolboxes that cannot act, as their deployed functions are given roles that cannot. */
export type RungDeps = { readonly deps: Deps; readonly mocking: Toolbox; readonly previewing: Toolbox };

/** The functions of the state machine file by the name of their state: the same use cases that Lambda runs. */
export const workflowTasks = ({ deps, mocking, previewing }: RungDeps): WorkflowTasks => ({
  tasks: {
    Validate: observing(deps, validate),
    "Resolve conflicts": observing(deps, resolve),
    "Next wave": observing(deps, nextWave),
    Mock: observing({ ...deps, toolbox: mocking }, mock),
    "Dry run": observing({ ...deps, toolbox: previewing }, dryRun),
    Live: observing(deps, live),
    "Roll back": observing(deps, rollBack),
    "Read the outcome": observing(deps, readOutcome),
    "Continue in a fresh history": observing(deps, continueInFreshRun),
    Conclude: observing(deps, conclude),
    "Conclude after a failure": observing(deps, conclude),
    Feedback: observing(deps, feedback),
    Health: observing(deps, health),
    Artifacts: observing(deps, publish),
  },
  wait: ["Await approval", observing(deps, awaitApproval)],
});
