import { publish } from "../functions/artifacts/publish.ts";
import { resolve } from "../functions/conflicts/resolve.ts";
import type { Deps } from "../functions/deps.ts";
import { awaitApproval } from "../functions/execution/await-approval.ts";
import { conclude } from "../functions/execution/conclude.ts";
import { continueInFreshHistory } from "../functions/execution/continue.ts";
import { dryRun } from "../functions/execution/dry-run.ts";
import { live } from "../functions/execution/live.ts";
import { mock } from "../functions/execution/mock.ts";
import { nextWave } from "../functions/execution/next-wave.ts";
import { readOutcome } from "../functions/execution/read-outcome.ts";
import { rollBack } from "../functions/execution/roll-back.ts";
import { feedback } from "../functions/feedback/signals.ts";
import { health } from "../functions/health/score.ts";
import { validate } from "../functions/plan/validate.ts";
import type { Toolbox } from "../shared/ports/tools.ts";
import type { WorkflowTasks } from "./engine/workflow.ts";

/** MOCK and DRY_RUN are given toolboxes that cannot act, as their deployed functions are given roles that cannot. */
export type RungDeps = { readonly deps: Deps; readonly mocking: Toolbox; readonly previewing: Toolbox };

/** The functions of the state machine file by the name of their state: the same use cases that Lambda runs. */
export const workflowTasks = ({ deps, mocking, previewing }: RungDeps): WorkflowTasks => ({
  tasks: {
    Validate: validate(deps),
    "Resolve conflicts": resolve(deps),
    "Next wave": nextWave(deps),
    Mock: mock({ ...deps, toolbox: mocking }),
    "Dry run": dryRun({ ...deps, toolbox: previewing }),
    Live: live(deps),
    "Roll back": rollBack(deps),
    "Read the outcome": readOutcome(deps),
    "Continue in a fresh history": continueInFreshHistory(deps),
    Conclude: conclude(deps),
    "Conclude after a failure": conclude(deps),
    Feedback: feedback(deps),
    Health: health(deps),
    Artifacts: publish(deps),
  },
  wait: ["Await approval", awaitApproval(deps)],
});
