import type { Toolbox } from "../../shared/ports/tools.ts";
import { publish } from "../artifacts/publish.ts";
import { resolve } from "../conflicts/resolve.ts";
import type { Deps } from "../deps.ts";
import { live } from "../execution/attempt/live.ts";
import { readOutcome } from "../execution/attempt/read-outcome.ts";
import { rollBack } from "../execution/attempt/roll-back.ts";
import { conclude } from "../execution/conclude/conclude.ts";
import { nextWave } from "../execution/pass/next-wave.ts";
import { dryRun } from "../execution/rehearse/dry-run.ts";
import { mock } from "../execution/rehearse/mock.ts";
import { awaitApproval } from "../execution/wait/await-approval.ts";
import { continueInFreshRun } from "../execution/wait/continue.ts";
import { feedback } from "../feedback/signals.ts";
import { health } from "../health/score.ts";
import { observing } from "../observing.ts";
import { validate } from "../plan/validate.ts";

type Task = (input: unknown) => Promise<unknown>;

/** The functions of the state machine by the name of their state, the one that waits apart. */
export type WorkflowTasks = { readonly tasks: Readonly<Record<string, Task>>; readonly wait: readonly [string, Task] };

/** Everything that the functions of the state machine use between them. */
export type Carried = Omit<Deps, "carrier" | "toolLists" | "passedOn" | "secretNames">;

/** MOCK and DRY_RUN are given toolboxes that cannot act, as their deployed functions are given roles that cannot. */
export type RungDeps = { readonly deps: Carried; readonly mocking: Toolbox; readonly previewing: Toolbox };

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
