import type { WorkCall, WorkOutcome } from "../../shared/execution/record/work.ts";
import { type CardIndex, cardIndex } from "../counterparts/card-index.ts";
import { inProcessWorker, type WorkerOptions } from "../counterparts/in-process-worker.ts";
import {
  CARD_TOOLS,
  moveCard,
  moveCardBlindly,
  moveCardByKey,
  searchCards,
} from "../functions/tools/worker/card-tools.ts";
import { call, plan } from "./plans.ts";
import { startWorld, type TestWorld } from "./world.ts";

/** @returns undefined where the worker dies before it says what came of it */
export type Answering = (call: WorkCall, index: CardIndex) => WorkOutcome | undefined;

/** Worlds with a worker over a store of cards, one at a time; `stopWorker` ends the worker of the last. */
export const cardWorlds = () => {
  let stopWorker = async (): Promise<void> => {};
  const work = ({ deps }: TestWorld, answer: WorkerOptions["answer"]): void => {
    const now = (): number => deps.clock.now().getTime();
    stopWorker = inProcessWorker(deps.work, deps.bell, { tools: CARD_TOOLS, now, answer }).stop;
  };
  return {
    work,
    stopWorker: (): Promise<void> => stopWorker(),
    /** Without `answer` there is no worker. */
    start: async (answer?: Answering) => {
      const world = await startWorld({
        contracts: [moveCard(), moveCardByKey(), moveCardBlindly(), searchCards()],
      });
      const index = cardIndex();
      index.clear();
      if (answer !== undefined) work(world, (each) => answer(each, index));
      return { world, index };
    },
  };
};

export const does: Answering = (each, index) => index.answer(each);

type Death = {
  /** It has done what it was asked, and has not said so. */
  readonly acted: boolean;
  /** So many workers die of it, one after another. */
  readonly times?: number;
  /** So many calls of that rung are answered before. */
  readonly after?: number;
};

/** Workers that die while they have a call of that rung. */
export const dies = (rung: WorkCall["rung"], { acted, times = 1, after = 0 }: Death): Answering => {
  let asked = 0;
  return (each, index) => {
    if (each.rung !== rung) return index.answer(each);
    asked += 1;
    if (asked <= after || asked > after + times) return index.answer(each);
    if (acted) index.answer(each);
    return undefined;
  };
};

export const move = (tool = "card_move") => ({
  plans: [plan("p1", [call("s1", tool, { card: "c1", stage: "won" })])],
});
