import { z } from "zod";
import {
  type HandingOut,
  handingOutOf,
  type WorkAnswer,
  type WorkCall,
  workAnswer,
  workCall,
} from "../../../shared/execution/record/work.ts";
import type { HandedOut, Waiting, WorkCalls } from "../../../shared/ports/work.ts";
import { mayBeTaken, notThere, stillOffered, takenBy } from "./conditions.ts";
import type { Item, Key } from "./item.ts";
import { answerKey, forgottenWork, handedOut, handingOutKey, offersTo, questionKey } from "./keys/of-work.ts";
import { bodyOf, eachReadable, instant, milliseconds, readBody } from "./record.ts";
import type { Table } from "./table.ts";

/** An answer may come again for as long, and is recognised. */
const KEPT_SECONDS = 86_400;

const waiting = workCall.pick({
  call_id: true,
  tool_name: true,
  rung: true,
  execution_id: true,
  offered_at: true,
  start_by: true,
});
const readWaiting = (item: Item): Waiting => readBody(waiting, item);
const endingCall = z.strictObject({ call_id: z.string(), group: z.string(), offered_at: z.string() });
const endingQuestion = z.strictObject({ worker: z.string(), question: z.string() });
const ending = z.union([endingCall, endingQuestion]);
const state = z.enum(["offered", "taken", "withdrawn"]);

type Family = Parameters<typeof offersTo>[0];

/** @throws RangeError where it is no call's id */
const placeOf = (call_id: string): HandingOut => {
  const place = handingOutOf(call_id);
  if (place === undefined) throw new RangeError(`not the id of a call: ${call_id}`);
  return place;
};

const offerKey = (
  family: Family,
  { group, offered_at, call_id }: Pick<WorkCall, "group" | "offered_at" | "call_id">,
) => ({
  pk: offersTo(family, group),
  sk: `${instant(offered_at)}#${call_id}`,
});

/**
 * A call is an item, its answer another behind it, which is all that is looked for while it is awaited. Beside them stands
 * a small one by which workers of its group find it, until it is taken, and one by which it is forgotten.
 */
export const workCalls = (table: Table, family: Family): WorkCalls => {
  const keyOf = (call_id: string): Key => handingOutKey(family, placeOf(call_id));
  /** By which workers of its group find it. */
  const entryOf = (call: WorkCall): Item => {
    const { call_id, tool_name, rung, execution_id, offered_at, start_by } = call;
    return { ...offerKey(family, call), ...bodyOf({ call_id, tool_name, rung, execution_id, offered_at, start_by }) };
  };
  const unoffer = (call: Pick<WorkCall, "group" | "offered_at" | "call_id">) => table.delete(offerKey(family, call));

  const isOffered = async ({ call_id }: WorkCall): Promise<boolean> =>
    (await table.get(keyOf(call_id)))?.state === "offered";

  const forgetCall = async (call: z.infer<typeof endingCall>): Promise<void> => {
    const key = keyOf(call.call_id);
    const item = await table.get(key);
    const asked =
      item?.question === undefined
        ? []
        : [questionKey({ worker: String(item.worker), question: String(item.question) })];
    await Promise.all([...[key, answerKey(key), ...asked].map((one) => table.delete(one)), unoffer(call)]);
  };

  const get = async (call_id: string): Promise<HandedOut | undefined> => {
    const key = keyOf(call_id);
    const [item, answer] = await Promise.all([table.get(key), table.get(answerKey(key))]);
    return item && standing(item, answer);
  };

  return {
    get,

    offer: async (call) => {
      const forget_at = new Date(milliseconds(call.deadline) + KEPT_SECONDS * 1_000).toISOString();
      const { call_id, group, offered_at, start_by } = call;
      const offered = { state: "offered", start_ms: milliseconds(start_by), ...bodyOf(call) };
      // First, so that whatever comes of the rest is forgotten one day.
      await table.put({
        ...{ pk: forgottenWork(family), sk: `${forget_at}#${call_id}` },
        ...bodyOf({ call_id, group, offered_at }),
      });
      if ((await table.put({ ...keyOf(call_id), ...offered }, notThere)) === "moved") return false;
      await table.put(entryOf(call));
      return true;
    },

    withdraw: async (call) => {
      const withdrawn = await table.update(keyOf(call.call_id), { set: { state: "withdrawn" } }, stillOffered);
      await unoffer(call);
      return withdrawn !== "moved";
    },

    handedOut: async (key) => {
      const items = await table.query(handedOut(family, key));
      const answers = new Map(items.map((item) => [item.sk, item]));
      return items.filter(({ sk }) => !sk.includes("#")).map((item) => standing(item, answers.get(answerKey(item).sk)));
    },

    answerTo: async (call_id) => {
      const item = await table.get(answerKey(keyOf(call_id)));
      return item && readBody(workAnswer, item);
    },

    take: async (group, tools, worker, now, question) => {
      const offers = await table.query(offersTo(family, group));
      // One that cannot be read is taken by nobody, and keeps nobody from the others.
      for (const { call_id, tool_name, offered_at } of eachReadable(offers, readWaiting).items) {
        if (!tools.includes(tool_name)) continue;
        const taken_by = { state: "taken", worker, taken_at: now };
        const change =
          question === undefined ? { set: taken_by, remove: ["question"] } : { set: { ...taken_by, question } };
        const taken = await table.update(keyOf(call_id), change, mayBeTaken(milliseconds(now)));
        // One whose time to begin is over is its asker's to take back, and so is the entry of it.
        if (taken === "moved") continue;
        await unoffer({ group, offered_at, call_id });
        return readBody(workCall, taken);
      }
      return undefined;
    },

    putBack: async (call, worker) => {
      const put = await table.update(keyOf(call.call_id), { set: { state: "offered" } }, takenBy(worker));
      // Also where it moved: the reply to a write that was made may have been lost.
      if (await isOffered(call)) await table.put(entryOf(call));
      // A call that its asker took back meanwhile has no entry.
      if (!(await isOffered(call))) await unoffer(call);
      return put !== "moved";
    },

    withhold: async (call_id, worker, why) => {
      const change = { set: { state: "withdrawn", withheld: why } };
      return (await table.update(keyOf(call_id), change, takenBy(worker))) !== "moved";
    },

    answer: async (call_id, answer): Promise<WorkAnswer> => {
      const key = answerKey(keyOf(call_id));
      if ((await table.put({ ...key, ...bodyOf(answer) }, notThere)) === "written") return answer;
      const first = await table.get(key);
      return first === undefined ? answer : readBody(workAnswer, first);
    },

    progress: async (call_id, worker, words, at) => {
      const change = { set: { progress: words, progress_at: at } };
      return (await table.update(keyOf(call_id), change, takenBy(worker))) !== "moved";
    },

    waiting: async (group): Promise<Waiting[]> =>
      eachReadable(await table.query(offersTo(family, group)), readWaiting).items,

    forget: async (now, most) => {
      const ends = await table.query(forgottenWork(family), { limit: most });
      const over = ends.filter(({ sk }) => sk < instant(now));
      const { items: endings } = eachReadable(over, (item) => readBody(ending, item));
      for (const each of endings) await ("question" in each ? table.delete(questionKey(each)) : forgetCall(each));
      // Also those that cannot be read: they would stand in the way of the others for ever.
      for (const item of over) await table.delete(item);
      return over.length;
    },
  };
};

const standing = (item: Item, answer: Item | undefined): HandedOut => ({
  call: readBody(workCall, item),
  state: state.parse(item.state),
  worker: item.worker === undefined ? null : String(item.worker),
  withheld: item.withheld === undefined ? null : String(item.withheld),
  answer: answer && readBody(workAnswer, answer),
});
