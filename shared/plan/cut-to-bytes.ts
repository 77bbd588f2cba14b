/** Bytes in UTF-8 as JSON text between its quotes: what escapes add is counted. */
const bytesOf = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2;

/**
 * Text that takes no more than `most` bytes as JSON text: whole signs of its beginning, and that it was cut, where it is
 * longer. Halves of surrogate pairs are replaced. `most` has room for the words that say so, some thirty bytes.
 */
export const cutToBytes = (text: string, most: number): string => {
  const whole = text.toWellFormed();
  if (bytesOf(whole) <= most) return whole;
  const mark = ` [cut: ${text.length} characters]`;
  let [kept, room] = ["", most - bytesOf(mark)];
  for (const sign of whole) {
    room -= bytesOf(sign);
    if (room < 0) break;
    kept += sign;
  }
  return kept + mark;
};
