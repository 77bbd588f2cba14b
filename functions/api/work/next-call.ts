import { handingOutOf, isReadingRung, type WorkCall } from "../../../shared/execution/record/work.ts";
import { instantAfter } from "../../../shared/plan/instant.ts";
import type { Question, WorkCalls } from "../../../shared/ports/work.ts";
import type { Deps } from "../../deps.ts";
import { type Caller, workerGroupsOf } from "../http/caller.ts";
import type { NextBody } from "../schemas.ts";
import { type HoldsDeps, whatHolds } from "./what-holds.ts";

type Using = Pick<Deps, "work" | "bell" | "clock"> & HoldsDeps;

/** Looks again each second: who waits for 20 s costs 20 small reads of each of its groups. */
const PAUSE_MS = 1_000;

/** Longer than anything may still ask in the name of a question that is over. */
const ENDED_KEPT_MS = 86_400_000;

/**
 * At most one call, given to that worker alone until its deadline: of its groups, for one of its tools, the oldest first.
 * A call that acts comes before one that looks; one that was stopped while it waited is given to nobody. Waits for one as
 * long as it was asked to, or until who asked has gone: given to nobody, a call would be of unknown outcome.
 * Where hang-ups are not heard, or come while the answer is on its way, a worker that gave its question a name ends it.
 */
export const nextCall =
  (deps: Using) =>
  async (body: NextBody, caller: Caller, signal?: AbortSignal): Promise<WorkCall | null> => {
    const { tools, wait_seconds, question, over } = body;
    const asked = question === undefined ? undefined : { worker: caller.name, question };
    const groups = workerGroupsOf(caller.scopes);
    if (asked !== undefined && over === true) return endOf(deps, asked, groups);
    const asked_at = deps.clock.now().toISOString();
    for (const group of groups) await deps.work.seen.note({ group, worker: caller.name, tools, asked_at });
    for (let left = wait_seconds * 1_000; ; left -= PAUSE_MS) {
      const heard = deps.bell.heard();
      if (signal?.aborted === true) return null;
      const taken = await takeOne(deps, groups, tools, { worker: caller.name, ...asked });
      if (taken !== undefined) return given(deps, taken, { worker: caller.name, asked, groups }, signal);
      if (left <= 0) return null;
      await deps.bell.wait(heard, Math.min(PAUSE_MS, left), signal);
    }
  };

const callsOf = ({ work }: Using, call_id: string): WorkCalls => {
  const place = handingOutOf(call_id);
  return place !== undefined && isReadingRung(place.rung) ? work.reads : work.acts;
};

const endOf = async (deps: Using, asked: Question, groups: readonly string[]): Promise<WorkCall | null> => {
  const gave = await deps.work.questions.end(asked, instantAfter(deps.clock.now().getTime(), ENDED_KEPT_MS));
  const call = gave === undefined ? null : await stillWith(deps, gave, asked.worker);
  // A token that does not carry the group any more learns nothing of its calls.
  return call !== null && groups.includes(call.group) ? call : null;
};

/** The call, where that worker has it and has said nothing of it yet. */
const stillWith = async (deps: Using, call_id: string, worker: string): Promise<WorkCall | null> => {
  const handed = await callsOf(deps, call_id).get(call_id);
  const has = handed?.state === "taken" && handed.worker === worker && handed.answer === undefined;
  return has ? handed.call : null;
};

type Asker = { readonly worker: string; readonly asked: Question | undefined; readonly groups: readonly string[] };

/** The call goes to who asked; back in line where its question was over by then, or nobody is there to be told. */
const given = async (
  deps: Using,
  taken: WorkCall,
  { worker, asked, groups }: Asker,
  signal: AbortSignal | undefined,
): Promise<WorkCall | null> => {
  const gone = signal?.aborted === true;
  if (!gone && (asked === undefined || (await deps.work.questions.gives(asked, taken.call_id)))) return taken;
  await callsOf(deps, taken.call_id).putBack(taken, worker);
  deps.bell.ring();
  return gone || asked === undefined ? null : endOf(deps, asked, groups);
};

const takeOne = async (
  deps: Using,
  groups: readonly string[],
  tools: readonly string[],
  { worker, question }: Question | { readonly worker: string; readonly question?: undefined },
): Promise<WorkCall | undefined> => {
  for (const group of groups) {
    for (const calls of [deps.work.acts, deps.work.reads]) {
      const take = () => calls.take(group, tools, worker, deps.clock.now().toISOString(), question);
      for (let taken = await take(); taken !== undefined; taken = await take()) {
        if (await isGiven(deps, calls, taken, worker)) return taken;
      }
    }
  }
  return undefined;
};

/** Taken first, then looked at: whoever stops it afterwards finds it with its worker, and says so. */
const isGiven = async (deps: Using, calls: WorkCalls, taken: WorkCall, worker: string): Promise<boolean> => {
  const held = await holdsOrCannotTell(deps, taken);
  if (held === undefined) return true;
  await calls.withhold(taken.call_id, worker, held.why);
  deps.bell.ring();
  // Nobody was given it; that it could not be looked at is an error of its own.
  if ("thrown" in held) throw held.thrown;
  return false;
};

const holdsOrCannotTell = async (deps: Using, taken: WorkCall) => {
  try {
    const why = await whatHolds(deps, taken);
    return why === undefined ? undefined : { why };
  } catch (thrown) {
    return { why: "what might stop it could not be read", thrown };
  }
};
