import type { HandingOut, Sighting, WorkAnswer, WorkCall } from "../execution/record/work.ts";

/** A call that was put where workers find it, and how it stands. */
export type HandedOut = {
  readonly call: WorkCall;
  readonly state: "offered" | "taken" | "withdrawn";
  /** The worker that took it. */
  readonly worker: string | null;
  /** Why it was withdrawn though a worker had asked for it: something stopped it. */
  readonly withheld: string | null;
  readonly answer: WorkAnswer | undefined;
};

export type Waiting = Pick<WorkCall, "call_id" | "tool_name" | "rung" | "execution_id" | "offered_at" | "start_by">;

/** Calls on their way to workers and back. Every change of one is one conditional write. */
export interface WorkCalls {
  /** Puts a call where workers of its group find it. @returns false where one of its id stands already */
  offer(call: WorkCall): Promise<boolean>;
  /** Takes back what nobody has taken. @returns false where somebody has: it may be made */
  withdraw(call: WorkCall): Promise<boolean>;
  /** Each handing out of a key and rung that is still kept, the first one first. */
  handedOut(key: Pick<HandingOut, "idempotency_key" | "rung">): Promise<HandedOut[]>;
  get(call_id: string): Promise<HandedOut | undefined>;
  answerTo(call_id: string): Promise<WorkAnswer | undefined>;
  /** The oldest call of the group that waits for one of the tools, given to that worker alone. `question`: which of its. */
  take(
    group: string,
    tools: readonly string[],
    worker: string,
    now: string,
    question?: string,
  ): Promise<WorkCall | undefined>;
  /** Puts back what that worker took and was not told of, for whoever asks next. @returns false where it is not that worker's */
  putBack(call: WorkCall, worker: string): Promise<boolean>;
  /** Withdraws what that worker took and was not told of. @returns false where it is not that worker's */
  withhold(call_id: string, worker: string, why: string): Promise<boolean>;
  /** Keeps the first answer. @returns the one that stands */
  answer(call_id: string, answer: WorkAnswer): Promise<WorkAnswer>;
  /** The word of its worker on a call that it is making. @returns false where that is not the one who took it */
  progress(call_id: string, worker: string, words: string, at: string): Promise<boolean>;
  waiting(group: string): Promise<Waiting[]>;
  /** Forgets calls whose deadline passed a day before `now`; so many at most. @returns how many */
  forget(now: string, most: number): Promise<number>;
}

/** One question of a worker for a call, by the name that it gave it. */
export type Question = { readonly worker: string; readonly question: string };

/**
 * Questions that their worker gave a name. Each gives one call, or is over, whichever is first: a worker whose answer was
 * lost, or who waits for none any more, learns which.
 */
export interface WorkQuestions {
  /** That it gives this call. @returns false where it was over before, or gave another: this one is not to be given */
  gives(asked: Question, call_id: string): Promise<boolean>;
  /** Nothing is given for it from then on; kept until `forget_at`. @returns the id of the call that it gave before */
  end(asked: Question, forget_at: string): Promise<string | undefined>;
}

export interface Work {
  /** Calls that only look: previews. Apart, so that who may only read can ask for nothing else. */
  readonly reads: WorkCalls;
  readonly acts: WorkCalls;
  readonly questions: WorkQuestions;
  readonly seen: {
    note(sighting: Sighting): Promise<void>;
    /** Workers of the group by what they asked for, each with the last time. */
    ofGroup(group: string): Promise<Sighting[]>;
  };
}

/** Tells who waits in this process that something changed, so that it looks before its pause is over. */
export interface Bell {
  ring(): void;
  /** How often it rang. */
  heard(): number;
  /** Resolves when it has rung more often than was heard, after so many milliseconds, or when the signal is aborted. */
  wait(heard: number, milliseconds: number, signal?: AbortSignal): Promise<void>;
}
