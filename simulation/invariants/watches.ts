import type { Lock } from "../../shared/execution/lock/lock.ts";
import type { WorkCall } from "../../shared/execution/record/work.ts";
import type { InFlight } from "../../shared/ports/coordination.ts";
import type { BusEvent } from "../../shared/ports/workflow.ts";
import type { Arrival } from "../service/service.ts";
import type { Written } from "../written.ts";
import type { Facts, Invariant, Told, Watch } from "./invariant.ts";

/** The watches of all invariants over one schedule: each is told of everything, and one that throws ends the schedule. */
export class Watches {
  readonly #watches: readonly Watch[];
  /** Those who look at every write: most writes of a schedule concern few of them, and there are hundreds. */
  readonly #written: readonly NonNullable<Watch["written"]>[];
  readonly #fail: (error: unknown) => void;

  constructor(invariants: readonly Invariant[], facts: Facts, fail: (error: unknown) => void) {
    this.#watches = invariants.map((invariant) => invariant.watch(facts));
    this.#written = this.#watches.flatMap(({ written }) => written ?? []);
    this.#fail = fail;
  }

  written(written: Written): void {
    try {
      for (const look of this.#written) look(written);
    } catch (error) {
      this.#fail(error);
    }
  }

  locked(lock: Lock, listed: readonly InFlight[]): void {
    this.#each((watch) => watch.locked?.(lock, listed));
  }

  aborted(execution_id: string): void {
    this.#each((watch) => watch.aborted?.(execution_id));
  }

  switchedOff(): void {
    this.#each((watch) => watch.switchedOff?.());
  }

  fetches(fetch: symbol): void {
    this.#each((watch) => watch.fetches?.(fetch));
  }

  handedOut(fetch: symbol, call: WorkCall): void {
    this.#each((watch) => watch.handedOut?.(fetch, call));
  }

  told(told: Told): void {
    this.#each((watch) => watch.told?.(told));
  }

  published(events: readonly BusEvent[]): void {
    this.#each((watch) => watch.published?.(events));
  }

  async arrived(arrival: Arrival): Promise<void> {
    await this.#inTurn((watch) => watch.arrived?.(arrival));
  }

  async effected(arrival: Arrival): Promise<void> {
    await this.#inTurn((watch) => watch.effected?.(arrival));
  }

  /** @throws what a watch throws: the schedule has ended. */
  async atRest(): Promise<void> {
    for (const watch of this.#watches) await watch.atRest?.();
  }

  #each(tell: (watch: Watch) => void): void {
    try {
      for (const watch of this.#watches) tell(watch);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #inTurn(tell: (watch: Watch) => Promise<void> | undefined): Promise<void> {
    try {
      for (const watch of this.#watches) await tell(watch);
    } catch (error) {
      this.#fail(error);
    }
  }
}
