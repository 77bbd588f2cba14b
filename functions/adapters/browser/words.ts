/** Colours of a terminal, which a library puts into its errors. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const COLOURS = /\u001b\[[0-9;]*m/g;

/** The first line of an error: what comes behind it quotes the page. */
export const wordsOf = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return (text.replaceAll(COLOURS, "").split("\n")[0] ?? "").slice(0, 500);
};
