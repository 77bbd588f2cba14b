import { z } from "zod";
import { AGENT_PREFIX, BUDDY } from "./agent.ts";
import { isSamePerson, mayBeSamePerson } from "./same-person.ts";

/** As many as one answer lists. */
export const MAX_CALLER_NAMES = 1_000;
/** As long as a token's subject may be. */
const MAX_CALLER_ID = 256;

/** A caller as its token says it, in `sub`: of a person at many issuers, and of a program at all of them, an id. */
export const callerId = z.string().trim().min(1).max(MAX_CALLER_ID);

/** Seen as it is written: no character that hides, or turns the direction of what follows. */
const NAME = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u;

/**
 * A caller's id in words for people. It is for reading alone: whoever is compared, counted, excluded or
 * looked for is so by the id, and the id is shown beside it.
 */
export const callerName = z.strictObject({
  caller: callerId,
  name: z.string().trim().min(1).max(80).regex(NAME, "takes letters, digits, signs and single blanks"),
  /** The author of the name, and its moment. */
  by: z.string(),
  at: z.string(),
});
export type CallerName = z.infer<typeof callerName>;

type Named = Pick<CallerName, "caller" | "name">;

/** Why that name would have a reader take one caller for another; undefined where it would not. */
export const callerNameFault = ({ caller, name }: Named, others: readonly Named[]): string | undefined => {
  if (name.toLowerCase().startsWith(AGENT_PREFIX)) {
    return `only an agent with a token of its own is called ${AGENT_PREFIX}..., and by itself`;
  }
  if (mayBeSamePerson(name, BUDDY)) return "records call this system itself so";
  for (const other of others) {
    if (isSamePerson(other.caller, caller)) continue;
    if (mayBeSamePerson(other.name, name)) return `${other.caller} is called ${other.name}: a name is of one caller`;
    if (mayBeSamePerson(other.caller, name)) return `it reads like another caller's id: ${other.caller}`;
    // Nobody knows every id: the other may have been given its name before this one was heard of.
    if (mayBeSamePerson(other.name, caller)) {
      return `${other.caller} is called ${other.name}, which reads like this caller's id: change that first`;
    }
  }
  return undefined;
};
