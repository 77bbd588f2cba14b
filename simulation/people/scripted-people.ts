import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { stepEventName } from "../../shared/execution/record/step-event.ts";
import { APPROVERS } from "../names.ts";
import type { Reference } from "../plans/references.ts";
import type { World } from "../world.ts";
import type { Habits } from "./approvers.ts";
import { lastWord } from "./last-round.ts";
import { perform } from "./operators.ts";

const ANSWERS_AFTER_SECONDS = 30;

/** People who answer as the reference says, and otherwise as is best; each vote is another person's. */
export const scriptedHabits =
  ({ answers = {} }: Reference) =>
  (world: World): Habits => {
    const given = new Map<string, number>();
    return (request) => {
      const script = answers[request.kind] ?? [];
      const nth = given.get(request.kind) ?? 0;
      given.set(request.kind, nth + 1);
      const word = script[Math.min(nth, script.length - 1)] ?? lastWord(world, request);
      const by = APPROVERS[request.votes.length % APPROVERS.length] ?? APPROVERS[0];
      return word === "nothing" ? [] : [{ by, word, after_seconds: ANSWERS_AFTER_SECONDS }];
    };
  };

/** Operators who act when a step's event is written for the first time. */
export const actOnEvents = (world: World, when: NonNullable<Reference["when"]>): void => {
  const seen = new Set<string>();
  world.onWritten(({ after }) => {
    if (!after?.pk.startsWith(PARTITIONS.audit) || !after.sk.startsWith("step:")) return;
    const event = stepEventName.safeParse(JSON.parse(String(after.body)).type);
    const act = event.success ? when[event.data] : undefined;
    if (!event.success || act === undefined || seen.has(event.data)) return;
    seen.add(event.data);
    perform(world, act).catch((error: unknown) => world.scheduler.fail(error));
  });
};
