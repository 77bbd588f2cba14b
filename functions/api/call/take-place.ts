import pMap from "p-map";
import { writes } from "../../../shared/contracts/tool-contract.ts";
import { digestOf } from "../../../shared/plan/digest.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { AskedCall } from "../../../shared/ports/calls.ts";
import { compareAndSet } from "../../../shared/ports/contention.ts";
import type { Deps } from "../../deps.ts";
import { problemOf } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";
import { type LoadCallDeps, loadCall } from "./load-call.ts";

export type PlaceDeps = LoadCallDeps & Pick<Deps, "askedCalls">;

/** How many calls of one agent may wait at once. Those who ask at the same moment may get a few more in. */
export const MOST_WAITING = 1_000;

/** For how long the end of a call that nobody was told is kept for who asks for the same call again. */
const UNTOLD_HOURS = 24;

/** More than ask for one call of one agent at the same moment; each lost race is another's claim. */
const TURNS = 50;

/** As many are looked at for one that asks, however many wait. */
const LOOKED_AT = 16;
const AGAIN_AFTER_SECONDS = 30;

/** The places that the same call has by earlier versions of its contract: another default, another set. */
export type PlacesBefore = () => Promise<readonly string[]>;

/** `attached`: one that is on record already is waited for; else the execution of that id is to be put on record. */
export type Place = { readonly execution_id: string; readonly attached: boolean };

/**
 * The execution by which a call is made: that of the same call of the same agent while it waits, or until somebody was
 * told its end; else a new one, whose id is claimed by one conditional write. A claim without an execution is gone
 * on with under that very id: who claimed it is about to, or died.
 */
export const takePlace = async (
  deps: PlaceDeps,
  wanted: AskedCall,
  most = MOST_WAITING,
  placesBefore: PlacesBefore = async () => [],
): Promise<Result<Place, Problem>> =>
  compareAndSet(`the call of agent ${wanted.agent_id}`, TURNS, async () => {
    const held = await deps.askedCalls.get(wanted);
    const standing = held === undefined ? "over" : await standingOf(deps, held);
    if (held !== undefined && standing !== "over") {
      return accept({ execution_id: held.execution_id, attached: standing === "waits" });
    }
    const asked = await deps.askedCalls.ofAgent(wanted.agent_id, most);
    const before = await heldBefore(deps, asked, wanted, placesBefore);
    if (before !== undefined) return accept({ execution_id: before, attached: true });
    if (held === undefined && !(await hasRoom(deps, asked, wanted, most))) return refuse(tooMany(wanted, most));
    const claimed = await deps.askedCalls.claim(wanted, held?.execution_id ?? null);
    return claimed === "moved" ? claimed : accept({ execution_id: wanted.execution_id, attached: false });
  });

/** A call that waits in its place of before is answered for there: in a place of its own it would be made twice. */
const heldBefore = async (
  deps: PlaceDeps,
  asked: readonly AskedCall[],
  wanted: AskedCall,
  placesBefore: PlacesBefore,
): Promise<string | undefined> => {
  const others = asked.filter(({ same_call }) => same_call !== wanted.same_call);
  if (others.length === 0) return undefined;
  const places = await placesBefore();
  for (const held of others) {
    if (places.includes(held.same_call) && (await standingOf(deps, held)) === "waits") return held.execution_id;
  }
  return undefined;
};

export const standingOf = async (deps: PlaceDeps, held: AskedCall): Promise<"waits" | "unborn" | "over"> => {
  const loaded = await loadCall(deps, held.execution_id);
  if (loaded === undefined) return "unborn";
  if (loaded.answer.outcome === "waiting") return "waits";
  // A read is made again rather than told from memory.
  if (!writes(loaded.contract)) return "over";
  const since = deps.clock.now().getTime() - Date.parse(loaded.record.updated_at);
  return since < UNTOLD_HOURS * 3_600_000 ? "waits" : "over";
};

/**
 * Ends that nobody was told make room. Where those are is known of none before it is read whole, so that each who asks looks
 * at some, and the next at others: an agent that comes again finds what the one before it did not.
 */
const hasRoom = async (
  deps: PlaceDeps,
  asked: readonly AskedCall[],
  { execution_id }: AskedCall,
  most: number,
): Promise<boolean> => {
  if (asked.length < most) return true;
  const waiting = await pMap(
    someOf(asked, execution_id),
    async (call) => {
      const loaded = await loadCall(deps, call.execution_id);
      if (loaded?.answer.outcome === "waiting") return true;
      await deps.askedCalls.release(call);
      return false;
    },
    { concurrency: LOOKED_AT },
  );
  return waiting.includes(false);
};

/** So many that follow one another, the last by the first, from a place that no two executions share but by chance. */
const someOf = (asked: readonly AskedCall[], execution_id: string): AskedCall[] => {
  const from = Number.parseInt(digestOf("looked-at", execution_id).slice(0, 8), 16) % asked.length;
  return [...asked.slice(from), ...asked.slice(0, from)].slice(0, LOOKED_AT);
};

const tooMany = ({ agent_id }: AskedCall, most: number): Problem =>
  problemOf(
    "too-many",
    `${most} calls of agent ${agent_id} wait already, which is the most: nothing was stored; wait until one has ended, or ask for its outcome`,
    { limit: { name: "waiting_calls", value: most, unit: "calls" }, retry_after_seconds: AGAIN_AFTER_SECONDS },
  );
