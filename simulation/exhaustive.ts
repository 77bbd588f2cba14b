import { PARTITIONS } from "../functions/adapters/table/keys/partitions.ts";
import type { StepEventName } from "../shared/execution/record/states.ts";
import { stepEventName } from "../shared/execution/record/step-event.ts";
import type { PortCall } from "./hazards/hazards.ts";
import { type Death, scriptedHazards } from "./hazards/scripted-hazards.ts";
import { actOnEvents, scriptedHabits } from "./people/scripted-people.ts";
import { submissionOf } from "./plans/executions.ts";
import type { Reference } from "./plans/references.ts";
import { random } from "./random.ts";
import { type Play, type Played, play } from "./schedule.ts";

export type ReferencePlayed = Played & {
  readonly calls: readonly PortCall[];
  /** The rows of the transition table that were shown. */
  readonly shown: ReadonlySet<StepEventName>;
};

type Options = Pick<Play, "traced" | "variant" | "invariants">;

/** One reference with these deaths; the same deaths, the same schedule. */
export const playReference = async (
  reference: Reference,
  deaths: readonly Death[] = [],
  options: Options = {},
): Promise<ReferencePlayed> => {
  const calls: PortCall[] = [];
  const shown = new Set<StepEventName>();
  const played = await play({
    ...options,
    random: random(1),
    hazards: scriptedHazards({ service: reference.service ?? {}, deaths, onCall: (call) => calls.push(call) }),
    submissions: reference.executions.map(submissionOf),
    within_seconds: 20,
    habits: scriptedHabits(reference),
    acts: () => [],
    faults_for_seconds: 7_200,
    prepare: (world) => {
      actOnEvents(world, reference.when ?? {});
      world.onWritten(({ after }) => {
        if (!after?.pk.startsWith(PARTITIONS.audit)) return;
        const event = stepEventName.safeParse(JSON.parse(String(after.body)).type);
        if (event.success) shown.add(event.data);
      });
    },
  });
  return { ...played, calls, shown };
};

const FATES = ["dies_before", "dies_after"] as const;

/** A death at every await point of a reference, one by one: before it and after it. */
export const singleDeaths = (calls: readonly PortCall[]): Death[][] =>
  calls.flatMap((_, index) => FATES.map((fate) => [{ at: index + 1, fate }]));

/** The functions that act on the world, and the one that looks after those that did not answer. */
const ACTING = /^(Live|Roll back|Read the outcome)#/;

/** Two deaths, each where something is acted on the world: after the first, the second is counted in what follows it. */
export const pairsOfDeaths = (calls: readonly PortCall[]): Death[][] => {
  const acting = calls.flatMap(({ process }, index) => (ACTING.test(process) ? [index + 1] : []));
  return acting.flatMap((first) =>
    acting
      .filter((second) => second > first)
      .map((second): Death[] => [
        { at: first, fate: "dies_after" },
        { at: second, fate: "dies_after" },
      ]),
  );
};
