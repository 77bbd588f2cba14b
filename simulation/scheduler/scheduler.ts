import { Surprise } from "../../shared/plan/surprise.ts";
import type { Random } from "../random.ts";
import { Timers } from "./timers.ts";

/** A process that waits for its turn; the turn of a dead one never comes. */
export type Waiter = { readonly alive: boolean };

type Turn = { readonly waiter: Waiter; readonly take: () => void };

export class NoEnd extends Surprise {
  override readonly name = "NoEnd";
  constructor(most_turns: number) {
    super(`the schedule did not end within ${most_turns} turns`);
  }
}

/**
 * Runs asynchronous code one turn at a time, in an order that the random numbers choose, in virtual time. A turn goes on
 * until nothing can go on without another turn: every port call waits for one, so between two turns nothing is left to
 * chance. Time stands nearly still while anybody can take a turn, and then jumps to the next timer.
 */
export class Scheduler {
  /** Virtual time, in milliseconds since 1970. */
  now: number;
  turns = 0;
  readonly #random: Random;
  readonly #mostTurns: number;
  readonly #turnsAnInstant: number;
  readonly #ready: Turn[] = [];
  readonly #timers = new Timers();
  #failure: { readonly error: unknown } | undefined;

  /**
   * @param options.most_turns whoever takes more is going round in circles
   * @param options.turns_an_instant so many turns are taken in the same millisecond; then as many milliseconds go by
   */
  constructor(options: {
    readonly random: Random;
    readonly now: number;
    readonly most_turns: number;
    readonly turns_an_instant: number;
  }) {
    this.#random = options.random;
    this.now = options.now;
    this.#mostTurns = options.most_turns;
    this.#turnsAnInstant = options.turns_an_instant;
  }

  /** Resolves when the waiter's turn has come, at the earliest after `delay` milliseconds. */
  turn(waiter: Waiter, delay = 0): Promise<void> {
    return new Promise((take) => {
      if (delay > 0) this.after(delay, () => this.#ready.push({ waiter, take }));
      else this.#ready.push({ waiter, take });
    });
  }

  /** Runs `then` once after so many milliseconds. @returns a function that keeps it from running. */
  after(milliseconds: number, then: () => void): () => void {
    return this.#timers.add(this.now + Math.max(0, milliseconds), then);
  }

  /** Ends the schedule: nothing takes a turn any more, and `run` throws. The first failure counts. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Goes on until nobody waits for anything. @throws what `fail` was given, or NoEnd */
  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      // Ticks come after every microtask: the turn, and all that follows from it, is over by then.
      const step = (): void => {
        if (this.#failure !== undefined) reject(this.#failure.error);
        else if (this.turns > this.#mostTurns) reject(new NoEnd(this.#mostTurns));
        else if (this.#takeTurn()) resolved.then(afterAll);
        else resolve();
      };
      const afterAll = (): void => process.nextTick(step);
      // A reaction, not `queueMicrotask`: that makes a resource of its own for each turn.
      const resolved = Promise.resolve();
      afterAll();
    });
  }

  /** @returns false when nobody waits for anything */
  #takeTurn(): boolean {
    const next = this.#next();
    if (next === undefined) return false;
    this.turns += 1;
    if (this.turns % this.#turnsAnInstant === 0) this.now += this.#turnsAnInstant;
    next();
    return true;
  }

  #next(): (() => void) | undefined {
    for (;;) {
      const due = this.#timers.takeDue(this.now);
      // A turn of its own: what follows from it may be ready before anything else is due.
      if (due !== undefined) return due;
      const turn = this.#takeReady();
      if (turn !== undefined) return turn.take;
      const next = this.#timers.soonest();
      if (next === undefined) return undefined;
      this.now = Math.max(this.now, next);
    }
  }

  #takeReady(): Turn | undefined {
    while (this.#ready.length > 0) {
      const at = this.#ready.length === 1 ? 0 : this.#random.below(this.#ready.length);
      const [turn] = this.#ready.splice(at, 1);
      if (turn?.waiter.alive) return turn;
    }
    return undefined;
  }
}
