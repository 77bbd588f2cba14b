import { mayBeSamePerson } from "../../../shared/plan/same-person.ts";

type Proposed = { readonly proposed_by: string; readonly proposed_at: string };

/** A change of what counts, `over`, that one person may make alone unless it lowers a guard or adds a right. */
export type Change<Over, Proposal> = {
  /** The guards that it lowers, or the rights that it adds, in words. */
  readonly needs: (over: Over) => string[];
  /** The proposal of just this change over just that, which still waits. */
  readonly waiting: (over: Over) => Promise<Proposal | undefined>;
  /** Puts the proposal on record, then keeps it: one that is recorded and not kept harms nobody. */
  readonly propose: (over: Over, needs: string[], proposed: Proposed) => Promise<Proposal>;
};

export type Second<Over, Proposal> =
  | { readonly waits: true; readonly over: Over; readonly pending: Proposal }
  | {
      readonly waits: false;
      /** Whose proposal it confirms, if it needed one. */
      readonly confirms: { readonly proposed_by: string; readonly needs: string[] } | undefined;
    };

/** Whether a change may be made: it is one person's, or somebody else proposed the same. Otherwise it is proposed. */
export const secondPerson = async <Over, Proposal extends Proposed>(
  { caller, now }: { readonly caller: string; readonly now: string },
  over: Over | undefined,
  change: Change<Over, Proposal>,
): Promise<Second<Over, Proposal>> => {
  const needs = over === undefined ? [] : change.needs(over);
  if (over === undefined || needs.length === 0) return { waits: false, confirms: undefined };
  const waiting = await change.waiting(over);
  if (waiting === undefined) {
    const proposed = { proposed_by: caller, proposed_at: now };
    return { waits: true, over, pending: await change.propose(over, needs, proposed) };
  }
  const { proposed_by } = waiting;
  return mayBeSamePerson(proposed_by, caller)
    ? { waits: true, over, pending: waiting }
    : { waits: false, confirms: { proposed_by, needs } };
};
