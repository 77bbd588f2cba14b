import type { Hazards } from "../hazards/hazards.ts";
import type { Trace } from "../trace.ts";
import type { Scheduler, Waiter } from "./scheduler.ts";

export type Surroundings = { readonly scheduler: Scheduler; readonly hazards: Hazards; readonly trace: Trace };

export type ProcessOptions = {
  readonly name: string;
  /** Seconds after which it is stopped wherever it stands, as a function is at its timeout. */
  readonly lives_seconds: number;
};

export type Outcome<Value> =
  | { readonly kind: "answered"; readonly value: Value }
  | { readonly kind: "threw"; readonly error: unknown }
  | { readonly kind: "died" };

/** The store turned a call away: nothing was done. */
export class Throttled extends Error {
  override name = "Throttled";
}

/** The call was done, and its reply never came. */
export class ReplyLost extends Error {
  override name = "ReplyLost";
}

/** One run of one function, from its start to its answer or its death. Each has a clock of its own, right or wrong. */
export class Process implements Waiter {
  readonly name: string;
  readonly #around: Surroundings;
  readonly #skew: number;
  readonly #died = Promise.withResolvers<Outcome<never>>();
  readonly #timeout: () => void;
  #alive = true;

  constructor(around: Surroundings, { name, lives_seconds }: ProcessOptions) {
    this.name = name;
    this.#around = around;
    this.#skew = around.hazards.skew();
    this.#timeout = around.scheduler.after(lives_seconds * 1000, () => this.die("its time is over"));
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** The time of its own clock. */
  now(): Date {
    return new Date(this.#around.scheduler.now + this.#skew);
  }

  die(why: string): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#around.trace.add(() => `${this.name} died: ${why}`);
    this.#died.resolve({ kind: "died" });
  }

  /** The result of `run`, or that it died first. Whatever it left running goes on behind the answer. */
  outcome<Value>(run: () => Promise<Value>): Promise<Outcome<Value>> {
    const answered = run()
      .finally(this.#timeout)
      .then(
        (value): Outcome<Value> => ({ kind: "answered", value }),
        (error: unknown): Outcome<Value> => {
          this.#around.trace.add(() => `${this.name} threw ${String(error)}`);
          return { kind: "threw", error };
        },
      );
    return Promise.race([answered, this.#died.promise]);
  }

  /** One port call: an await point. `operate` takes effect at once when its turn comes. @throws Throttled, ReplyLost */
  async call<Value>(label: string, writes: boolean, operate: () => Promise<Value> | Value): Promise<Value> {
    const { scheduler, hazards, trace } = this.#around;
    const asked = { process: this.name, label, writes };
    await scheduler.turn(this, hazards.delay(asked));
    const fate = hazards.call(asked);
    trace.add(() => `${this.name}: ${label}${fate === "done" ? "" : ` [${fate}]`}`);
    if (fate === "dies_before") return this.#stopHere(`before ${label}`);
    if (fate === "throttled") throw new Throttled(label);
    const value = await operate();
    if (fate === "dies_after") return this.#stopHere(`after ${label}`);
    if (fate === "reply_lost") throw new ReplyLost(label);
    return value;
  }

  /** A timer that dies with the process. */
  after(milliseconds: number, then: () => void): () => void {
    return this.#around.scheduler.after(milliseconds, () => {
      if (this.#alive) then();
    });
  }

  #stopHere(why: string): Promise<never> {
    this.die(why);
    return new Promise(() => {});
  }
}
