/**
 * Bytes of an answer of Next wave as JSON text in UTF-8, escapes counted. A state of Step Functions has 262,144, of which
 * Lambda's own words about the call take some thousand; what is left is room for escapes, should the answer be counted
 * as the text within a text that Lambda sends.
 */
export const MOST_ANSWER_BYTES = 204_800;

/**
 * The answer that hands out as many of the items, from the first on, as it has bytes for, and at least one: the others
 * are ready still when the next pass looks. The one place where the size of a pass's answer is bounded, whatever it is
 * that makes its items long.
 */
export const withinBytes = <Item, Answer>(
  items: readonly Item[],
  answerOf: (handedOut: readonly Item[]) => Answer,
): Answer => {
  let handedOut = items;
  for (;;) {
    const answer = answerOf(handedOut);
    const bytes = Buffer.byteLength(JSON.stringify(answer));
    if (bytes <= MOST_ANSWER_BYTES || handedOut.length <= 1) return answer;
    const share = Math.floor((handedOut.length * MOST_ANSWER_BYTES) / bytes);
    handedOut = handedOut.slice(0, Math.max(1, Math.min(share, handedOut.length - 1)));
  }
};
