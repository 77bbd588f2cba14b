import { utf8Text } from "../../shared/plan/utf8-text.ts";
import { CliError } from "../client/problem.ts";
import { EXIT } from "../exit-codes.ts";

/**
 * The text of what somebody wrote, as the API reads a body. Bytes that are no UTF-8 would become another text, which
 * people would approve and a tool act on.
 * @throws Error that says what they are instead, or where the first stand that are not
 */
export const textOfBytes = (bytes: Uint8Array): string => {
  const text = utf8Text(bytes);
  if (text !== undefined) return text;
  throw new Error(`it is no UTF-8 text (${whatInstead(bytes)}); save it as UTF-8`);
};

const whatInstead = (bytes: Uint8Array): string => {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return "it begins as UTF-16 does";
  return `line ${firstOtherLine(bytes)} has other bytes`;
};

/** A line's end is never a part of another character. Counted from 1, as editors do. */
const firstOtherLine = (bytes: Uint8Array): number => {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    const next = end === -1 ? bytes.length : end + 1;
    if (utf8Text(bytes.subarray(start, next)) === undefined) break;
    start = next;
  }
  return line;
};

/** The same of what came by stdin. @throws CliError (usage) */
export const textOfStdin = (bytes: Uint8Array): string => {
  try {
    return textOfBytes(bytes);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(`cannot read stdin: ${why}`, EXIT.usage, { cause });
  }
};
