import { offersTo } from "../../functions/adapters/table/keys/of-work.ts";
import { postOutcome } from "../../functions/api/work/post-outcome.ts";
import { readExecution, readSubmission } from "../../functions/records/documents.ts";
import type { WorkCall, WorkOutcome } from "../../shared/execution/record/work.ts";
import { agentId } from "../../shared/plan/given-names.ts";
import type { Random } from "../random.ts";
import { type Arrival, NOWHERE, textOf } from "../service/service.ts";
import { GROUP, WORKED } from "../service/worked.ts";
import type { World } from "../world.ts";

/** A process of a team, as its token names it. */
const workerNamed = (name: string) => ({ name, scopes: [`work:${GROUP}`] });
const NAMES = ["wanda", "wim"] as const;

/** The fate of a worker and its answer, once it was given a call. */
type Fate = "answers" | "answers_late" | "answers_twice" | "contradicts_itself" | "dies_before" | "dies_after";

/** A call waits five seconds to be fetched: some workers come too late for it, and at times two come for one. */
const COMES_WITHIN_MS = 7_000;
const LATE_MS = 30_000;
const WORKS_MS = 3_000;

/** Workers come for each call that is offered, and do with it what the random numbers say: once faults are over, as they ought to. */
export const letWorkersFetch = (world: World, random: Random): void => {
  const offers = offersTo("work", GROUP);
  world.onWritten(({ before, after }) => {
    if (before !== undefined || after?.pk !== offers) return;
    for (const name of random.pick([[NAMES[0]], [NAMES[0]], NAMES])) {
      const after_ms = world.hazards.over ? 100 : random.below(COMES_WITHIN_MS);
      world.scheduler.after(after_ms, () => {
        comeFor(world, random, name).catch((error: unknown) => world.scheduler.fail(error));
      });
    }
  });
};

const comeFor = async (world: World, random: Random, name: string): Promise<void> => {
  const fetch = Symbol(name);
  world.watches.fetches(fetch);
  const fetched = await world.request(`${name} fetches`, (deps) =>
    world.fetch(deps)({ tools: [...WORKED], wait_seconds: 0 }, workerNamed(name)),
  );
  if (fetched.kind !== "answered" || fetched.value === null) return;
  world.watches.handedOut(fetch, fetched.value);
  await doCall(world, random, name, fetched.value);
};

const fateOf = (world: World, random: Random): Fate => {
  if (world.hazards.over || random.chance(0.5)) return "answers";
  return random.pick(["answers_late", "answers_twice", "contradicts_itself", "dies_before", "dies_after"]);
};

const doCall = async (world: World, random: Random, name: string, call: WorkCall): Promise<void> => {
  const fate = fateOf(world, random);
  // Work that has not begun by then must not begin.
  if (fate === "dies_before" || world.scheduler.now >= Date.parse(call.deadline)) return;
  const said = call.rung === "look_up" ? lookedUp(world, call) : await done(world, random, name, call);
  if (fate === "dies_after") return;
  if (fate === "answers_late") await pause(world, LATE_MS);
  await post(world, name, call, said);
  if (fate === "answers_twice") await post(world, name, call, said);
  if (fate === "contradicts_itself") {
    await post(world, name, call, { outcome: "indeterminate", error: "it is not sure any more" });
  }
};

const pause = (world: World, milliseconds: number): Promise<void> =>
  new Promise((resolve) => world.scheduler.after(milliseconds, resolve));

const post = async (world: World, name: string, { call_id }: WorkCall, said: WorkOutcome): Promise<void> => {
  await world.insist(`${name} answers`, (deps) => postOutcome(deps)(call_id, said, workerNamed(name)));
};

const committed = (output: Arrival["call"]["arguments"], undo: Arrival["call"]["arguments"] | null): WorkOutcome => ({
  outcome: "committed",
  output,
  undo,
});

const lookedUp = ({ service }: World, { side, idempotency_key }: WorkCall): WorkOutcome => {
  const effect = service.byKey(side, idempotency_key);
  return effect === undefined
    ? { outcome: "rejected", error: "it did not happen" }
    : committed(effect.output, effect.undo);
};

/** It acts on the service, once for each key, as it was told to. */
const done = async (world: World, random: Random, name: string, work: WorkCall): Promise<WorkOutcome> => {
  const { service, watches, scheduler } = world;
  const arrival = arrivalOf(await pinnedContract(world, work), work, name, scheduler.now);
  await watches.arrived(arrival);
  const known = service.byKey(work.side, work.idempotency_key);
  if (known !== undefined) return committed(known.output, known.undo);
  if (textOf(work.arguments, "id") === NOWHERE) return { outcome: "rejected", error: "there is no such thing" };
  if (work.side === "compensation" && !service.isStill(arrival.call)) {
    return { outcome: "rejected", error: "somebody else has written since" };
  }
  await pause(world, random.below(WORKS_MS));
  await watches.effected(arrival);
  const { output, undo } = service.effect(arrival, work.undo, scheduler.now);
  return committed(output, undo);
};

/** As its execution was submitted with: schedules change some fields of the usual ones. */
const pinnedContract = async (
  { facts }: World,
  { execution_id, tool_name }: WorkCall,
): Promise<Arrival["call"]["contract"]> => {
  const { submission } = await readExecution(facts.ports, execution_id);
  const contract = (await readSubmission(facts.bodies, submission)).contractOf.get(tool_name);
  if (contract === undefined) throw new RangeError(`no contract of ${tool_name} is pinned`);
  return contract;
};

const arrivalOf = (contract: Arrival["call"]["contract"], work: WorkCall, by: string, at: number): Arrival => ({
  call: {
    contract,
    arguments: work.arguments,
    execution_id: work.execution_id,
    step_id: work.step_id,
    agent_id: agentId.parse(work.agent_id),
    idempotency_key: work.idempotency_key,
    signal: new AbortController().signal,
  },
  side: work.side,
  by,
  at,
});
