/** An error, a reason: enough to say what happened, little enough to stand in every record that repeats it. */
export const MAX_REASON_LENGTH = 4_000;

/**
 * Text from outside as it can be hashed, stored and shown: halves of surrogate pairs replaced, and cut, saying so, where
 * it is longer than `most` characters.
 */
export const cutText = (text: string, most: number = MAX_REASON_LENGTH): string => {
  if (text.length <= most) return text.toWellFormed();
  const mark = ` [cut: ${text.length} characters]`;
  const kept = text.slice(0, Math.max(0, most - mark.length));
  return `${withoutHalf(kept).toWellFormed()}${mark}`;
};

/** Cutting between the halves of a pair is no fault of the text's. */
const withoutHalf = (text: string): string => (/[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text);

/** The words of anything thrown of bounded length. It may be anything, also something that cannot be made text. */
export const thrownText = (thrown: unknown, most: number = MAX_REASON_LENGTH): string => {
  try {
    const text: unknown = thrown instanceof Error ? thrown.message : thrown;
    return cutText(typeof text === "string" ? text : String(text), most) || "no reason given";
  } catch {
    return "it threw something that cannot be shown";
  }
};
