import { describe, expect, it } from "vitest";
import { TRANSITIONS } from "../../shared/execution/record/states.ts";
import { playReference } from "../../simulation/exhaustive.ts";
import { drawCalls } from "../../simulation/plans/calls.ts";
import { REFERENCES } from "../../simulation/plans/references.ts";
import { sameMailKnownLate } from "../../simulation/plans/shapes.ts";
import { random } from "../../simulation/random.ts";
import { playSeed } from "../../simulation/schedule.ts";
import { BROKEN } from "./variants.ts";

describe("a schedule", () => {
  it("a schedule is the same for the same seed, to the last await point", async () => {
    for (const seed of [3, 14, 15]) {
      const once = await playSeed(seed, { traced: true });
      const again = await playSeed(seed, { traced: true });
      expect(once.trace.length).toBeGreaterThan(100);
      expect(again.trace).toEqual(once.trace);
    }
  });

  it("a schedule differs from seed to seed", async () => {
    const [one, other] = await Promise.all([1, 2].map((seed) => playSeed(seed, { traced: true })));
    expect(one?.trace).not.toEqual(other?.trace);
  });

  it("a call that may never have been sent is not sent again on a call elsewhere that did not happen", async () => {
    // Its function died between INTENT and the look at what the call rests on.
    const { failure } = await playSeed(80_559);
    expect(failure).toBeUndefined();
  });

  // The first of those that `npm run simulate -- --seed 1` plays thousands of.
  it("a schedule holds every promise, whatever fails", async () => {
    const failures: string[] = [];
    for (let seed = 1; seed <= 20; seed += 1) {
      const { failure } = await playSeed(seed);
      if (failure !== undefined) failures.push(`seed ${seed}: ${failure}`);
    }
    expect(failures).toEqual([]);
  });

  it("a schedule holds every promise where the service answers what nobody would expect", async () => {
    const failures: string[] = [];
    const draw = () => [{ name: "one write", plans: [[{ id: "s1", tool: "put_with_key", thing: "a" }]] }];
    for (let seed = 1; seed <= 60; seed += 1) {
      const { failure } = await playSeed(seed, { draw, odds: { service: 1, budget: 8, death: 0, task: 0 } });
      if (failure !== undefined) failures.push(`seed ${seed}: ${failure}`);
    }
    expect(failures).toEqual([]);
  });

  it("a schedule holds every promise where requests for single calls die, are turned away, and are made again", async () => {
    const failures: string[] = [];
    const draw = () => [{ name: "one read", plans: [[{ id: "s1", tool: "look", thing: "a" }]] }];
    const odds = { death: 0.03, lost_reply: 0.03, throttle: 0.03, budget: 32 };
    for (let seed = 1; seed <= 30; seed += 1) {
      const { failure } = await playSeed(seed, { draw, calls: drawCalls(random(seed)), odds });
      if (failure !== undefined) failures.push(`seed ${seed}: ${failure}`);
    }
    expect(failures).toEqual([]);
  });

  it("a schedule holds every promise where workers fetch calls, answer late, twice or never, and die between", async () => {
    const failures: string[] = [];
    const fetched: string[] = [];
    for (let seed = 1; seed <= 20; seed += 1) {
      const { failure, trace } = await playSeed(seed, { workers: true, traced: true });
      if (failure !== undefined) failures.push(`seed ${seed}: ${failure}`);
      fetched.push(...trace.filter((line) => / answers#\d+: put /.test(line)));
    }
    expect(failures).toEqual([]);
    expect(fetched.length).toBeGreaterThan(20);
  });

  it("a schedule holds every promise where the service is not there at times, and is asked again", async () => {
    const failures: string[] = [];
    let turnedAway = 0;
    for (let seed = 1; seed <= 20; seed += 1) {
      const { failure, world } = await playSeed(seed, { absences: true });
      if (failure !== undefined) failures.push(`seed ${seed}: ${failure}`);
      turnedAway += world.service.turnedAway;
    }
    expect(failures).toEqual([]);
    expect(turnedAway).toBeGreaterThan(100);
  });

  it("a schedule holds every promise where much happens at the same instant", async () => {
    const failures: string[] = [];
    for (let seed = 1; seed <= 20; seed += 1) {
      const { failure } = await playSeed(seed, { at_one_instant: true });
      if (failure !== undefined) failures.push(`seed ${seed}: ${failure}`);
    }
    expect(failures).toEqual([]);
  });

  it("a schedule holds every promise where a call is known late to be one that another execution is making", async () => {
    const failures: string[] = [];
    for (let seed = 1; seed <= 30; seed += 1) {
      const { failure } = await playSeed(seed, { draw: sameMailKnownLate, odds: { service: 0.3 } });
      if (failure !== undefined) failures.push(`seed ${seed}: ${failure}`);
    }
    expect(failures).toEqual([]);
  });

  it("a schedule has its records verified unless only those of every n-th seed are to be", async () => {
    const variant = BROKEN.find(({ caught_by }) => caught_by === "record-verifies")?.variant ?? {};
    const found = async (seed: number, verify_one_in?: number) =>
      (await playSeed(seed, { variant, ...(verify_one_in && { verify_one_in }) })).failure;
    expect(await found(8)).toMatchObject({ invariant: "record-verifies" });
    expect(await found(8, 4)).toMatchObject({ invariant: "record-verifies" });
    expect(await found(8, 7)).toBeUndefined();
  });
});

describe("the references", () => {
  /** Only a crash between a request and the transition that announces it leads there. */
  const AFTER_A_CRASH_ONLY = ["preview_outdated"];

  it.each(REFERENCES)("the reference $name shows its rows and holds every promise", async (reference) => {
    const { failure, shown } = await playReference(reference);
    expect(failure).toBeUndefined();
    expect(reference.shows.filter((event) => !shown.has(event))).toEqual([]);
  });

  it("the references show every row of the transition table", () => {
    const shown = new Set<string>(REFERENCES.flatMap(({ shows }) => shows));
    expect(Object.keys(TRANSITIONS).filter((event) => !shown.has(event))).toEqual(AFTER_A_CRASH_ONLY);
  });
});
