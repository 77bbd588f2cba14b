import { describe, expect, it } from "vitest";
import { type Asker, type Attention, pauseMs } from "../../console/client/pace.ts";

const asks = (seconds: number, requests = 1): Asker => ({ seconds, requests });

const pauses = (all: readonly Asker[], attention: Attention): number[] =>
  all.map((each) => pauseMs(each, all, attention) / 1_000);

/** Requests a second of all of them, at the pauses that they keep. */
const rate = (all: readonly Asker[], attention: Attention): number =>
  pauses(all, attention).reduce((sum, pause, place) => sum + (all[place]?.requests ?? 0) / pause, 0);

/** An execution that runs with a step open, beside what every page asks: the queue, the locks, the names. */
const execution = [asks(5), asks(10), asks(13), asks(60), asks(600)];

const pages: Readonly<Record<string, readonly Asker[]>> = {
  "an execution": execution,
  "an execution under the stop dialog": [...execution, asks(3)],
  "an execution of 10,000 steps, a queue of many pages": [asks(40, 10), asks(13, 20), asks(60), asks(600)],
  "one that asks of nothing else": [asks(1)],
  "many that ask alike": Array.from({ length: 40 }, () => asks(7)),
};

describe("how often a page asks", () => {
  it("the pace of a page's questions is what each part of it says, however many, while somebody reads along", () => {
    expect(pauses(execution, "reading")).toEqual([5, 10, 13, 60, 600]);
  });

  it.each(Object.entries(pages))(
    "the pace of a page keeps all together within one rate while nobody reads %s, and uses it",
    (_, all) => {
      expect(rate(all, "idle")).toBeCloseTo(0.05, 10);
      expect(rate(all, "hidden")).toBeCloseTo(0.03, 10);
    },
  );

  it("the pace of a page slows down what asks most, and leaves alone what asks seldom", () => {
    const [execution_pause = 0, ...others] = pauses(execution, "idle");
    expect(others).toEqual([execution_pause, execution_pause, 60, 600].map((each) => Math.max(each, execution_pause)));
    expect(execution_pause).toBeGreaterThan(60);
    expect(execution_pause).toBeLessThan(120);
  });

  it("the pace of a page is never faster than while somebody reads, where it asks less than it may", () => {
    const seldom = [asks(60), asks(600)];
    expect(pauses(seldom, "idle")).toEqual([60, 600]);
    expect(pauses([], "idle")).toEqual([]);
  });

  it("the pace of a page is never a pause that a browser takes for none", () => {
    const all = [asks(86_400), asks(13, 1_000_000)];
    for (const each of all) expect(pauseMs(each, all, "hidden")).toBeLessThanOrEqual(2_147_483_647);
  });
});
