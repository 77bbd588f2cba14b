import { Surprise } from "../../../shared/plan/surprise.ts";
import type { LogFields } from "../../../shared/ports/log.ts";

/** Error after error, from the one that was caught to the one that began it. */
const chainOf = (cause: unknown): Error[] => {
  const chain: Error[] = [];
  for (let each = cause; each instanceof Error && !chain.includes(each); each = each.cause) chain.push(each);
  return chain;
};

/** Where it was thrown, without the message that the stack begins with. */
const framesOf = ({ message, stack = "" }: Error): string => {
  const said = stack.indexOf(message);
  const after = said === -1 ? stack : stack.slice(said + message.length);
  return after
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim())
    .join("\n");
};

/**
 * The fields by which a line tells of a cause: always what kind of error it is, where it was thrown, and the words that
 * it has for a log; `in_words` also what it says. A cause that is no error is nothing but words.
 */
export const causeFields = (cause: unknown, { in_words }: { readonly in_words: boolean }): LogFields => {
  if (cause === undefined) return {};
  const [first, ...earlier] = chainOf(cause);
  if (first === undefined) return in_words ? { error_message: String(cause) } : {};
  return {
    error_name: first.name,
    error_at: framesOf(first),
    ...(earlier.length === 0 ? {} : { caused_by: earlier.map(({ name }) => name).join(", ") }),
    ...wordsOf([first, ...earlier], in_words),
  };
};

const wordsOf = (chain: readonly Error[], in_words: boolean): LogFields => {
  if (in_words) return { error_message: chain.map(({ message }) => message).join("; caused by: ") };
  const told = chain.find((each) => each instanceof Surprise && each.for_log !== undefined);
  return told instanceof Surprise && told.for_log !== undefined ? { error_message: told.for_log } : {};
};
