const MOST_NAMED = 5;

/** The executions that are in no sum, for who reads the sums; undefined where there are none. */
export const unreadInWords = (names: readonly string[]): string | undefined => {
  if (names.length === 0) return undefined;
  const executions = names.length === 1 ? "1 execution" : `${names.length} executions`;
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
  return `${executions} could not be read and count nowhere: ${names.slice(0, MOST_NAMED).join(", ")}${more}.`;
};
