import { describe, expect, it } from "vitest";
import { recover, takeUp } from "../../local/recover.ts";
import { settleAbandoned } from "../../local/settle-abandoned.ts";
import type { CallOutcome, LookUp } from "../../shared/execution/call-outcome.ts";
import { ODD, oddToolbox } from "../harness/odd-tools.ts";
import { standing, statusOf, stepOf } from "../harness/outcome.ts";
import { openRequests, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { inMemory } from "../harness/stores.ts";
import { STARTED_AT, startWorld, type TestWorld } from "../harness/world.ts";

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 24 * HOUR;

const NO_ANSWER: CallOutcome = { kind: "indeterminate", error: "HTTP 500" };
const DONE: CallOutcome = { kind: "committed", output: { ok: true }, undo: null };

/** Each sending is met by the next of these, those after by the last; one that is not answered dies with its process. */
type Meets = readonly (CallOutcome | "no answer yet")[];
type Service = { readonly meets: Meets; readonly finds?: readonly LookUp[] };
type Contract = {
  readonly outcome_resolution: "IDEMPOTENT_KEY" | "QUERYABLE";
  readonly idempotency_window_seconds?: number;
};

const nth = <Value>(values: readonly Value[], index: number): Value | undefined => values[index] ?? values.at(-1);

/** A machine that is switched off at times, with one service that counts what it is sent and asked. */
const machine = ({ meets, finds = [] }: Service, contract: Contract) => {
  const stores = inMemory();
  const counted = { sent: 0, looked_up: 0 };
  const odd = {
    call: async () => {
      const answer = nth(meets, counted.sent);
      counted.sent += 1;
      return answer === "no answer yet" ? new Promise(() => {}) : answer;
    },
    lookUp: async () => {
      const found = nth(finds, counted.looked_up);
      counted.looked_up += 1;
      return found;
    },
  };
  const startAt = (seconds: number, resumed: boolean): Promise<TestWorld> =>
    startWorld({
      stores,
      resumed,
      started_at: new Date(Date.parse(STARTED_AT) + seconds * 1_000).toISOString(),
      contracts: [{ ...ODD, timeout_seconds: 20, ...contract }],
      depsFor: (_state, deps) => ({ ...deps, toolbox: oddToolbox(deps.toolbox, odd) }),
    });
  return {
    counted,
    begin: async () => {
      const world = await startAt(0, false);
      return { world, id: await submit(world, { plans: [plan("p1", [call("s1", ODD.tool_name, { n: 1 })])] }) };
    },
    /** The process that had it is gone; the clock says that so many seconds have passed since the first began. */
    startAgain: async (seconds: number): Promise<TestWorld> => {
      const world = await startAt(seconds, true);
      await settleAbandoned(world.deps);
      await takeUp(world.workflow, await recover(world.deps), () => {}, new AbortController().signal);
      await world.settle();
      return world;
    },
  };
};

const KEY = { outcome_resolution: "IDEMPOTENT_KEY", idempotency_window_seconds: 300 } as const;

const asksAbout = async (world: TestWorld, id: string): Promise<string | null> => {
  const asked = (await openRequests(world, id)).map(({ kind }) => kind);
  expect(asked).toEqual(["reconcile"]);
  return (await stepOf(world, id, "s1")).reason;
};

describe("a call whose service forgets its key, on a machine that was away", () => {
  const forgotten = expect.stringContaining("its key is known for 300 s after 2026-03-02T09:00:00.000Z, and the clock");

  it.each([-1, -MINUTE, -2 * HOUR, -25 * HOUR, -400 * DAY])(
    "a call that its process died in is not sent again where the clock was set back meanwhile, and a person is asked within the minute (%i s)",
    async (seconds) => {
      const { begin, startAgain, counted } = machine({ meets: ["no answer yet", DONE] }, KEY);
      const { id } = await begin();
      const world = await startAgain(seconds);
      await world.rest(MINUTE);
      expect(counted.sent).toBe(1);
      expect(await asksAbout(world, id)).toEqual(forgotten);
    },
  );

  it.each([-1, -MINUTE, -2 * HOUR, -25 * HOUR])(
    "a call that waits to be sent again is not, where the clock was set back in the pause before, and a person is asked within the minute (%i s)",
    async (seconds) => {
      const { begin, startAgain, counted } = machine({ meets: [NO_ANSWER, DONE] }, KEY);
      const first = await begin();
      expect((await stepOf(first.world, first.id, "s1")).look_again_at).toBe("2026-03-02T09:00:02.000Z");
      await first.world.pass(1.9);
      const world = await startAgain(seconds);
      await world.rest(MINUTE);
      expect(counted.sent).toBe(1);
      expect(await asksAbout(world, first.id)).toEqual(forgotten);
    },
  );

  it.each([["no answer yet"], [NO_ANSWER]] as const)(
    "a call that was sent again is not once more where the clock says less than then, though more than when it was first sent (%j)",
    async (second) => {
      const { begin, startAgain, counted } = machine({ meets: [NO_ANSWER, second, DONE] }, KEY);
      const first = await begin();
      await first.world.pass(10);
      expect(counted.sent).toBe(2);
      const world = await startAgain(1);
      await world.rest(2 * MINUTE);
      expect(counted.sent).toBe(2);
      expect(await asksAbout(world, first.id)).toEqual(forgotten);
    },
  );

  it.each([["no answer yet"], [NO_ANSWER]] as const)(
    "a call of unknown outcome is sent again under its key where the clock went on over a restart (%j)",
    async (first) => {
      const { begin, startAgain, counted } = machine({ meets: [first, DONE] }, KEY);
      const { id } = await begin();
      const world = await startAgain(MINUTE);
      await world.rest(MINUTE);
      expect(counted.sent).toBe(2);
      expect(await statusOf(world, id)).toBe("SUCCEEDED");
    },
  );
});

describe("a call that waits to be looked up, on a machine whose clock was set back", () => {
  const QUERY = { outcome_resolution: "QUERYABLE" } as const;

  it.each([-MINUTE, -2 * HOUR, -400 * DAY])(
    "a call that waits to be looked up is so within the minute where the clock was set back over a restart (%i s)",
    async (seconds) => {
      const finds: LookUp[] = [{ kind: "happened", output: { ok: true }, undo: null }];
      const { begin, startAgain, counted } = machine({ meets: [NO_ANSWER], finds }, QUERY);
      const { id, world: first } = await begin();
      expect((await stepOf(first, id, "s1")).look_again_at).not.toBeNull();
      const world = await startAgain(seconds);
      await world.rest(MINUTE);
      expect(counted).toEqual({ sent: 1, looked_up: 1 });
      expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
      expect(await world.deps.leases.get("odd:1")).toBeUndefined();
    },
  );

  it("a call that is not there yet may still come for as long as its service has, by the clock as it is, and no longer", async () => {
    const finds: LookUp[] = [{ kind: "did_not_happen" }];
    const { begin, startAgain, counted } = machine({ meets: [NO_ANSWER], finds }, QUERY);
    const { id } = await begin();
    const world = await startAgain(-2 * HOUR);
    await world.pass(10);
    expect(counted.looked_up).toBe(1);
    expect((await stepOf(world, id, "s1")).reason).toContain("taken up again at 2026-03-02T07:00:22.000Z");
    await world.pass(13);
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
  });
});
