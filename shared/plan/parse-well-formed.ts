/** As `JSON.stringify` writes half of a surrogate pair, and only that; an escaped backslash before it is none of it. */
const HALVES = /\\\\|\\ud[89a-f][0-9a-f]{2}/g;

/**
 * The value of a JSON text, in whose texts and names U+FFFD stands for each half of a surrogate pair: JSON can escape one
 * (`\ud83d`), and nothing that holds one can be hashed or sealed afterwards.
 *
 * @throws SyntaxError where it is no JSON
 */
export const parseWellFormed = (text: string): unknown => {
  const value: unknown = JSON.parse(text);
  if (text.isWellFormed() && !/\\u[dD]/.test(text)) return value;
  return JSON.parse(JSON.stringify(value).replaceAll(HALVES, (each) => (each.length === 2 ? each : "\ufffd")));
};
