type Timer = { readonly at: number; readonly then: () => void; cancelled: boolean };

/** Timers by their moment, those of one moment in the order they were set. A schedule has a few dozen at a time. */
export class Timers {
  /** The soonest last. */
  readonly #timers: Timer[] = [];

  add(at: number, then: () => void): () => void {
    const timer: Timer = { at, then, cancelled: false };
    let place = this.#timers.length;
    for (; place > 0; place -= 1) {
      const before = this.#timers[place - 1];
      if (before === undefined || before.at > at) break;
    }
    this.#timers.splice(place, 0, timer);
    return () => {
      timer.cancelled = true;
    };
  }

  soonest(): number | undefined {
    this.#dropCancelled();
    return this.#timers.at(-1)?.at;
  }

  takeDue(now: number): (() => void) | undefined {
    const soonest = this.soonest();
    return soonest !== undefined && soonest <= now ? this.#timers.pop()?.then : undefined;
  }

  #dropCancelled(): void {
    while (this.#timers.at(-1)?.cancelled === true) this.#timers.pop();
  }
}
