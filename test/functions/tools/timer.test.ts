import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { timerBy } from "../../../functions/tools/timer.ts";

/** The process's own clock: it goes on while the process is stopped, and its timers do not fire. */
let clock = 0;
const timer = timerBy(() => clock);

beforeEach(() => {
  clock = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (milliseconds: number): void => {
  clock += milliseconds;
  vi.advanceTimersByTime(milliseconds);
};

/** The process was stopped for so long, and goes on: what is due fires before anything that came meanwhile is read. */
const stopped = (milliseconds: number): void => {
  clock += milliseconds;
};

it("a timer fires when it is due, a little late too", () => {
  const then = vi.fn();
  timer.after(10_000, then);
  pass(9_999);
  stopped(400);
  expect(then).not.toHaveBeenCalled();
  pass(1);
  expect(then).toHaveBeenCalledTimes(1);
});

it("a timer that was due while the process was stopped fires a second later, once what came meanwhile has been read", () => {
  const then = vi.fn();
  timer.after(10_000, then);
  pass(1_000);
  stopped(15_000);
  pass(9_000);
  expect(then).not.toHaveBeenCalled();
  pass(999);
  expect(then).not.toHaveBeenCalled();
  pass(1);
  expect(then).toHaveBeenCalledTimes(1);
});

it("a timer is taken back before it is due, and in the second that it waits for what came meanwhile", () => {
  const then = vi.fn();
  const takeBack = [timer.after(10_000, then), timer.after(500, then)];
  takeBack[1]?.();
  stopped(15_000);
  pass(10_000);
  takeBack[0]?.();
  pass(5_000);
  expect(then).not.toHaveBeenCalled();
});
