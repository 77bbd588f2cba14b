import { subjectOf } from "../functions/observing.ts";
import type { WorkflowTasks } from "../functions/run/tasks.ts";
import type { Pace } from "./database/pace.ts";
import { turns } from "./engine/turns.ts";

/** Of calls that requests carry on, so many are on their way to an answer, and one to its artifacts. */
const ANSWERING_AT_ONCE = 4;
const ENDING: ReadonlySet<string> = new Set([
  "Conclude",
  "Conclude after a failure",
  "Feedback",
  "Health",
  "Artifacts",
]);

/**
 * Answers that somebody waits for do not wait for artifacts of other calls. Of a read nothing acts outside and nobody is
 * told anything before the answer, which waits for the disk by itself: its states need not, one after the other.
 */
export const answersFirst = (tasks: WorkflowTasks["tasks"], { unhurried, apart }: Pace): WorkflowTasks["tasks"] => {
  const [answering, ending] = [turns(ANSWERING_AT_ONCE), turns(1)];
  return eachTask(tasks, (state) => {
    const inTurn = ENDING.has(state) ? ending : answering;
    // A file is replaced by who has written the record: that is on disk before.
    const atPace = state === "Artifacts" ? apart : unhurried;
    return (work, input) => inTurn(String(subjectOf(input).execution_id ?? ""), () => atPace(work));
  });
};

type Within = <Value>(work: () => Promise<Value>, input: unknown) => Promise<Value>;

export const eachTask = (tasks: WorkflowTasks["tasks"], withinFor: (state: string) => Within): WorkflowTasks["tasks"] =>
  Object.fromEntries(
    Object.entries(tasks).map(([state, task]) => {
      const within = withinFor(state);
      return [state, (input: unknown) => within(() => task(input), input)];
    }),
  );
