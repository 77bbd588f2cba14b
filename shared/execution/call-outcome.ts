import type { Json, JsonObject } from "../plan/json.ts";

/** Where the service asks to be left alone: for how many seconds, from when it answered. */
export type PushBack = { readonly again_in_seconds?: number };

/**
 * Whether what kept a question from its answer may be over in a moment: a name that is not resolved, a connection that is
 * refused or breaks, a service that says that it cannot just now. Asking again is for who asks what changes nothing.
 */
export type Passing = { readonly passing?: true };

/** The worker that made a call, by its name; absent where no worker did. */
export type MadeBy = { readonly made_by?: string };

/** Parts of an answer that were lost on its way here, in words. */
export type LeftOut = { readonly left_out?: string };

/** Why it cannot be undone, in words, where that is known from its answer. */
export type NotUndoable = { readonly not_undoable?: string };

/**
 * The outcome of a call. `rejected` only where nothing was sent (`unsent`) or the provider documents that a refusal has
 * no effect; a timeout, a reset or a 5xx is `indeterminate`. One that was rejected with a push-back is made again after
 * it. `quarantined`, where nothing was sent: the tool is not what was reviewed, and waits for a person to accept it.
 * A refusal is of its own sending: of an earlier one under the same key it says nothing, unless `of_every_sending`, where
 * all who were sent the call have said that they did not make it. `not_looked_at`: it was refused before the service
 * looked at what was asked, and another sending may be looked at.
 * `answered`: the service did answer, and its answer leaves open what came of the call.
 */
export type CallOutcome =
  | ({ readonly kind: "committed"; readonly output: Json; readonly undo: JsonObject | null } & MadeBy &
      LeftOut &
      NotUndoable)
  | ({
      readonly kind: "rejected";
      readonly error: string;
      readonly unsent?: true;
      readonly quarantined?: true;
      readonly not_looked_at?: true;
      readonly of_every_sending?: true;
    } & PushBack)
  | ({ readonly kind: "indeterminate"; readonly error: string; readonly answered?: true } & PushBack);

export type LookUp =
  | ({ readonly kind: "happened"; readonly output: Json; readonly undo: JsonObject | null } & MadeBy &
      LeftOut &
      NotUndoable)
  | { readonly kind: "did_not_happen" }
  | ({ readonly kind: "unknown"; readonly why: string } & PushBack);
