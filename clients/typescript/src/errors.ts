import type { CallReply, Problem } from "./api.ts";

/** Everything that this package throws by itself; `remedy` says what to do about it. */
export class BuddyError extends Error {
  override readonly name: string = "BuddyError";
  readonly remedy: string | undefined;

  constructor(
    message: string,
    { remedy, cause }: { readonly remedy?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(remedy === undefined ? message : `${message}; ${remedy}`, { cause });
    this.remedy = remedy;
  }
}

/** One thing that is wrong with what was sent; `path` is a JSON Pointer into it. */
export type Place = { readonly path: string; readonly message: string };

/**
 * Buddy answered, and did not do what was asked. Nothing was stored, but where `status` is 500 or more; a call that it names
 * as `taken` was before.
 */
export class BuddyRefusal extends BuddyError {
  override readonly name = "BuddyRefusal";
  readonly status: number;
  /** Names the kind of refusal: `invalid-input`, `forbidden`, `not-found`, `conflict`, `too-many` and others. */
  readonly kind: string;
  readonly detail: string;
  readonly places: readonly Place[];
  readonly problem: Problem;
  /** A call that was taken before, and stands: as it was last known, where this refusal ended the waiting for it. */
  readonly taken: CallReply | undefined;

  constructor(problem: Problem, { taken }: { readonly taken?: CallReply } = {}) {
    const places = (problem.violations ?? []).map(({ path, message }) => ({ path, message }));
    const told = places.map(({ path, message }) => `${path === "" ? "the body" : path} ${message}`);
    super([`${problem.status} ${problem.detail}`, ...told, ...standing(taken)].join("; "), {
      remedy: remedyOf(problem),
    });
    this.taken = taken;
    this.status = problem.status;
    this.kind = problem.type.split(":").at(-1) ?? "";
    this.detail = problem.detail;
    this.places = places;
    this.problem = problem;
  }
}

/**
 * Nobody can be asked now, and in a while perhaps: no word about what was asked for before. The worker goes on for as long
 * as that lasts; who waits for a call, for as long as there is time.
 */
export const isPassing = (error: unknown): boolean =>
  error instanceof BuddyUnreachable ||
  error instanceof NoToken ||
  (error instanceof BuddyRefusal && (error.status >= 500 || error.status === 429));

const standing = (taken: CallReply | undefined): readonly string[] =>
  taken === undefined ? [] : [`call ${taken.call_id} was taken before and goes on`];

const remedyOf = ({ status, required_scope, retry_after_seconds, violations }: Problem): string | undefined => {
  if (status === 401) return newToken(required_scope);
  if (required_scope !== undefined) return `use a token that carries ${required_scope}`;
  if (retry_after_seconds !== undefined) return `ask again after ${retry_after_seconds} s`;
  return violations === undefined ? undefined : "change what is named, and ask again";
};

/** Of people alone: one machine makes no token of theirs. */
const OF_PEOPLE = new Set(["approvals:decide", "executions:operate", "system:lock", "contracts:write"]);

/** Where a token of the kind comes from that a request needs: one of another kind would be refused. */
const newToken = (required_scope = ""): string => {
  if (required_scope.startsWith("work:"))
    return "`buddy workers token <group>` makes one on one machine, the issuer elsewhere";
  return OF_PEOPLE.has(required_scope)
    ? "a person's is from the issuer; on one machine a person says `--as <name>` to a command of buddy, or signs in to the console"
    : "`buddy agents token <agent>` makes an agent's on one machine; the issuer makes all others";
};

type NoAnswer = {
  readonly mayHaveHappened: boolean;
  readonly idempotencyKey?: string | undefined;
  readonly cause?: unknown;
};

/** There is no answer. `mayHaveHappened`: the request, or one of its sendings before, may have arrived all the same. */
export class BuddyUnreachable extends BuddyError {
  override readonly name = "BuddyUnreachable";
  readonly mayHaveHappened: boolean;
  readonly why: string;
  /** The key of a call or plans: under it the same again is answered for the first, if that arrived. */
  readonly idempotencyKey: string | undefined;

  constructor(url: string, why: string, { mayHaveHappened, idempotencyKey, cause }: NoAnswer) {
    super(`${url} gave no answer (${why})`, { remedy: lookFor(mayHaveHappened, idempotencyKey), cause });
    this.why = why;
    this.mayHaveHappened = mayHaveHappened;
    this.idempotencyKey = idempotencyKey;
  }
}

const lookFor = (mayHaveHappened: boolean, key: string | undefined): string => {
  if (!mayHaveHappened) return "start it, or name another address";
  return key === undefined
    ? "what was asked for may have happened: look before it is asked for anew"
    : `what was asked for may have happened: the same again under the idempotency key ${key} tells what came of it`;
};

/**
 * The program's own function for tokens gave none: it threw what is the `cause`, gave no text, or took too long. Nothing was
 * sent; a call that is named as `taken` was before.
 */
export class NoToken extends BuddyError {
  override readonly name = "NoToken";
  readonly why: string;
  /** A call that was taken before, and stands: as it was last known, where its time to be waited for ended without a token. */
  readonly taken: CallReply | undefined;

  constructor(why: string, { cause, taken }: { readonly cause?: unknown; readonly taken?: CallReply } = {}) {
    const told = [`the function that gets the token gave none (${why})`, ...standing(taken)].join("; ");
    super(told, { remedy: "ask again once it does", cause });
    this.why = why;
    this.taken = taken;
  }
}

/** A tool that cannot be governed, why, and what to do about it. */
export type Ungoverned = { readonly tool: string; readonly why: string; readonly remedy: string };

/** Some of an agent's tools cannot be governed: all are named, and none was given back. */
export class ToolsNotGoverned extends BuddyError {
  override readonly name = "ToolsNotGoverned";
  readonly tools: readonly Ungoverned[];

  constructor(tools: readonly Ungoverned[]) {
    const lines = tools.map(({ tool, why, remedy }) => `${tool}: ${why}; ${remedy}`);
    super(`these tools cannot be governed:\n  ${lines.join("\n  ")}`);
    this.tools = tools;
  }
}

/** The worker of this process takes no calls any more: what needs it would wait in vain. */
export class WorkerEnded extends BuddyError {
  override readonly name = "WorkerEnded";
}
