import type { Table } from "../../functions/adapters/table/table.ts";
import type { Lock } from "../../shared/execution/lock/lock.ts";
import type { WorkCall } from "../../shared/execution/record/work.ts";
import { Surprise } from "../../shared/plan/surprise.ts";
import type { ArtifactFiles, Bodies } from "../../shared/ports/bodies.ts";
import type { InFlight } from "../../shared/ports/coordination.ts";
import type { BusEvent } from "../../shared/ports/workflow.ts";
import type { Arrival, Service } from "../service/service.ts";
import type { Written } from "../written.ts";

/** The state that a schedule looks at: the table as it stands and the world as it is, beside all turns and faults. */
export type Facts = {
  readonly table: Table;
  readonly bodies: Bodies;
  readonly artifacts: ArtifactFiles;
  readonly service: Service;
  readonly executions: readonly string[];
  /** Virtual time, in milliseconds. */
  readonly now: () => number;
};

/** The answer to one request of an agent about its call. */
export type Told = {
  readonly by: string;
  /** Of the request; undefined where it came without one. */
  readonly idempotency_key: string | undefined;
  /** The call that was asked for, in words that are the same for the same call of the same agent. */
  readonly call: string;
  readonly call_id: string;
  /** Whether it goes on. */
  readonly waits: boolean;
  /** Whether it went to an agent that had not hung up, which then heard it or lost it on its way. */
  readonly left: boolean;
};

/** One watch over one schedule. Whatever it throws ends the schedule; a broken promise is thrown as Violation. */
export type Watch = {
  /** After every write that was done, before anybody learns of it. */
  readonly written?: (written: Written) => void;
  /** When a call reaches the outside world, before anything comes of it. */
  readonly arrived?: (arrival: Arrival) => Promise<void>;
  /** When a call that arrived takes effect there, a moment or many seconds later. */
  readonly effected?: (arrival: Arrival) => Promise<void>;
  /** When a lock was answered with the calls that can still run. */
  readonly locked?: (lock: Lock, listed: readonly InFlight[]) => void;
  /** When the abort of an execution was answered. */
  readonly aborted?: (execution_id: string) => void;
  /** When it was answered that LIVE is switched off for the deployment. */
  readonly switchedOff?: () => void;
  /** When a worker begins to ask for a call, and when it is given one: `fetch` is its asking. */
  readonly fetches?: (fetch: symbol) => void;
  readonly handedOut?: (fetch: symbol, call: WorkCall) => void;
  /** When an agent was answered how its call stands; of an end also once the answer is certain to be sent. */
  readonly told?: (told: Told) => void;
  /** The events that are published on the bus, as often as it is. */
  readonly published?: (events: readonly BusEvent[]) => void;
  /** When nobody has anything left to do and every fault is over. */
  readonly atRest?: () => Promise<void>;
};

/** A promise that must hold in every schedule. */
export type Invariant = {
  readonly name: string;
  /** In a sentence, as docs/reliability.md prints it. */
  readonly promise: string;
  readonly watch: (facts: Facts) => Watch;
};

export class Violation extends Surprise {
  override readonly name = "Violation";
  readonly invariant: string;
  constructor(invariant: string, found: string) {
    super(`${invariant}: ${found}`);
    this.invariant = invariant;
  }
}

/** The error of every invariant: `check(holds, found)` under its own name. */
export const checker =
  (name: string) =>
  (holds: boolean, found: () => string): void => {
    if (!holds) throw new Violation(name, found());
  };
