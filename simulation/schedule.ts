import { startRun } from "../functions/records/run-life-cycle.ts";
import type { Hazards } from "./hazards/hazards.ts";
import { drawOdds, type Odds, randomHazards } from "./hazards/random-hazards.ts";
import { INVARIANTS } from "./invariants/index.ts";
import { checker, type Invariant } from "./invariants/invariant.ts";
import { recordVerifies } from "./invariants/record-verifies.ts";
import { letAgentsAsk } from "./people/agents.ts";
import { type Habits, letPeopleAnswer } from "./people/approvers.ts";
import { lastRound } from "./people/last-round.ts";
import { askingInOrder, letRequestsGoOn } from "./people/lists.ts";
import { perform } from "./people/operators.ts";
import { randomActs, randomHabits, randomMoments } from "./people/random-people.ts";
import { letWorkersFetch } from "./people/workers.ts";
import type { Act } from "./plans/acts.ts";
import { type CallSketch, drawCalls } from "./plans/calls.ts";
import { drawSketches } from "./plans/draw.ts";
import { AGENTS, newExecution, type Submission, submissionOf } from "./plans/executions.ts";
import { frameworkIds } from "./plans/framework-ids.ts";
import type { Shape } from "./plans/shapes.ts";
import { POLICY } from "./ports/deps.ts";
import { type Random, random } from "./random.ts";
import { drawAbsences } from "./service/absences.ts";
import { START_MS } from "./trace.ts";
import { type Variant, World } from "./world.ts";

export type Played = {
  readonly turns: number;
  /** Virtual seconds. */
  readonly seconds: number;
  readonly failure: unknown;
  readonly trace: readonly string[];
  readonly world: World;
};

export type Play = {
  readonly random: Random;
  readonly hazards: Hazards;
  readonly submissions: readonly Submission[];
  /** Calls that agents ask for one at a time, beside them. */
  readonly calls?: readonly CallSketch[];
  /** All come within so many virtual seconds. */
  readonly within_seconds: number;
  readonly habits: (world: World) => Habits;
  readonly acts: (world: World) => readonly { readonly at_seconds: number; readonly act: Act }[];
  /** When all faults are over, in virtual seconds. */
  readonly faults_for_seconds: number;
  readonly invariants?: readonly Invariant[];
  readonly variant?: Variant;
  readonly traced?: boolean;
  readonly prepare?: (world: World) => void;
  /** Workers do some of the tools; their random numbers are of this seed. */
  readonly workers?: number | undefined;
  /** So many await points are at the same millisecond; each has its own unless it is said. */
  readonly turns_an_instant?: number;
};

/** Rounds of people's help after which everything must have ended: undoing a chain asks once for each of its steps. */
const MOST_ROUNDS = 12;

/** Of so many seeds, one whose plans name their steps as frameworks do. */
const NAMED_BY_FRAMEWORKS_IN = 8;

/** Of so many seeds, one in which agents also ask for single calls. */
const WITH_CALLS_IN = 10;
/** Which one of them. */
const WITH_CALLS = 7;

/** Of so many seeds, one in which tools ask people one after the other. */
const WITH_LISTS_IN = 10;
/** Which one of them. */
const WITH_LISTS = 3;

/** Of so many seeds, one in which workers do some of the tools. */
const WITH_WORKERS_IN = 16;
/** Which one of them. */
const WITH_WORKERS = 11;

/** Of so many seeds, one in which much happens at the same instant: a decision and its expiry, an abort and an approval. */
const AT_ONE_INSTANT_IN = 8;
/** Which one of them. */
const AT_ONE_INSTANT = 5;
/** Await points at one instant there: many passes over an execution. Longer, and those who look again at once never end. */
const TURNS_AN_INSTANT = 500;

/** Of so many seeds, one in which the service is not there at times. */
const WITH_ABSENCES_IN = 8;
/** Which one of them. */
const WITH_ABSENCES = 1;

const ended = checker("everything-ends");

const WITHOUT_RECORDS = INVARIANTS.filter((each) => each !== recordVerifies);

/** `odds` stand in for those that the seed would draw. */
export type SeedOptions = Pick<Play, "invariants" | "variant" | "traced" | "prepare"> & {
  readonly odds?: Partial<Odds>;
  /** The executions that are submitted, instead of what any schedule may draw. */
  readonly draw?: Shape["draw"];
  /** The calls that agents ask for beside them; where only the executions are said, there are none. */
  readonly calls?: readonly CallSketch[];
  /** Tools ask people one after the other, of whom some are away; without, as the seed has it. */
  readonly lists?: boolean;
  /** Workers do some of the tools; without, as the seed has it. */
  readonly workers?: boolean;
  /** Much happens at the same instant; without, as the seed has it. */
  readonly at_one_instant?: boolean;
  /** The service is not there at times; without, as the seed has it. */
  readonly absences?: boolean;
  /** Of the seeds that this does not divide no record is verified. */
  readonly verify_one_in?: number;
};

/** One schedule from its seed: the same seed, the same schedule, to the last await point. */
export const playSeed = (
  seed: number,
  {
    odds,
    draw = drawSketches,
    calls,
    verify_one_in = 1,
    prepare,
    lists,
    workers,
    at_one_instant = draw === drawSketches && seed % AT_ONE_INSTANT_IN === AT_ONE_INSTANT,
    absences = draw === drawSketches && seed % WITH_ABSENCES_IN === WITH_ABSENCES,
    ...options
  }: SeedOptions = {},
): Promise<Played> => {
  const drawn = random(seed);
  const hazards = randomHazards(drawn, { ...drawOdds(drawn), ...odds });
  const sketches = draw(drawn);
  const named = seed % NAMED_BY_FRAMEWORKS_IN === 0 ? sketches.map(frameworkIds) : sketches;
  const inOrder = lists ?? (draw === drawSketches && seed % WITH_LISTS_IN === WITH_LISTS);
  const submissions = named.map(submissionOf).map((each) => (inOrder ? askingInOrder(each) : each));
  const within_seconds = drawn.pick([20, 20, 20, 300]);
  return play({
    invariants: seed % verify_one_in === 0 ? INVARIANTS : WITHOUT_RECORDS,
    ...options,
    random: drawn,
    hazards,
    submissions,
    calls: calls ?? (draw === drawSketches ? callsOf(seed) : []),
    within_seconds,
    habits: randomHabits,
    acts: randomActs,
    faults_for_seconds: 2_400,
    // By random numbers of their own, as calls are drawn.
    workers: (workers ?? (draw === drawSketches && seed % WITH_WORKERS_IN === WITH_WORKERS)) ? -seed : undefined,
    turns_an_instant: at_one_instant ? TURNS_AN_INSTANT : 1,
    prepare: (world) => {
      randomMoments(world);
      // By random numbers of their own, as calls are drawn.
      if (inOrder) letRequestsGoOn(world, random(-seed));
      if (absences) world.service.goesAway(drawAbsences(random(-seed)));
      prepare?.(world);
    },
  });
};

/** Drawn by random numbers of their own: the schedules of all other seeds are what they were before there were calls. */
const callsOf = (seed: number): readonly CallSketch[] =>
  seed % WITH_CALLS_IN === WITH_CALLS ? drawCalls(random(-seed)) : [];

export const play = async (played: Play): Promise<Played> => {
  const executions = played.submissions.map((_, at) => `x${at + 1}`);
  const { random, hazards, variant = {}, invariants = INVARIANTS, traced = false, turns_an_instant = 1 } = played;
  const calls = played.calls?.length ?? 0;
  const workers = played.workers !== undefined;
  const world = new World({
    random,
    hazards,
    invariants,
    executions,
    calls,
    traced,
    variant,
    workers,
    turns_an_instant,
  });
  let failure: unknown;
  try {
    await begin(world, played);
    await world.scheduler.run();
    await endWithHelp(world);
    await world.watches.atRest();
  } catch (error) {
    failure = error;
  }
  const seconds = (world.scheduler.now - START_MS) / 1000;
  return { turns: world.scheduler.turns, seconds, failure, trace: world.trace.lines, world };
};

const begin = async (world: World, played: Play): Promise<void> => {
  const { ports, bodies } = world.facts;
  for (const agent of AGENTS) await ports.agents.put(agent);
  await ports.settings.setLiveEnabled(true, "an operator", new Date(START_MS).toISOString());
  letPeopleAnswer(world, played.habits(world));
  if (played.workers !== undefined) letWorkersFetch(world, random(played.workers));
  for (const [at, execution_id] of world.executions.entries()) {
    const submission = played.submissions[at];
    if (submission === undefined) continue;
    const submitted_at = new Date(START_MS).toISOString();
    const record = await newExecution({ bodies, policy: POLICY }, execution_id, submitted_at, submission);
    world.scheduler.after(world.random.below(played.within_seconds * 1000), () => {
      world
        .insist("submit", async (deps) => {
          await deps.executions.create(record);
          await startRun(deps)(record);
        })
        .catch((error: unknown) => world.scheduler.fail(error));
    });
  }
  await letAgentsAsk(world, played.calls ?? []);
  for (const { at_seconds, act } of played.acts(world)) {
    world.scheduler.after(at_seconds * 1000, () => {
      perform(world, act).catch((error: unknown) => world.scheduler.fail(error));
    });
  }
  world.scheduler.after(played.faults_for_seconds * 1000, () => world.hazards.stop());
  played.prepare?.(world);
};

/** Nothing goes on by itself: every execution has ended, or somebody must act. They do, until nothing is left to do. */
const endWithHelp = async (world: World): Promise<void> => {
  world.hazards.stop();
  for (let round = 0; await lastRound(world); round += 1) {
    const standing = round < MOST_ROUNDS ? "" : await describe(world);
    ended(round < MOST_ROUNDS, () => `people helped ${MOST_ROUNDS} times and still ${standing}`);
    await world.scheduler.run();
  }
};

/** Every execution and step that has not ended, in words. */
const describe = async (world: World): Promise<string> => {
  const { ports } = world.facts;
  const words: string[] = [];
  for (const execution_id of world.executions) {
    const execution = await ports.executions.get(execution_id);
    const asked = (await ports.approvals.ofExecution(execution_id)).filter(({ status }) => status === "open");
    const unfinished = (await ports.steps.all(execution_id)).filter(({ phase }) => phase !== "finished");
    const steps = unfinished.map(({ step_id, state, phase }) => `${step_id} ${state} (${phase})`);
    const requests = asked.map(({ step_id, kind }) => `${kind} of ${step_id}`);
    words.push(`${execution_id} is ${execution?.status} [${steps.join(", ")}] [${requests.join(", ")}]`);
  }
  return words.join("; ");
};
