import type { ApprovalView } from "../../functions/api/schemas.ts";

/** A record that is not there yet has no name of its own: `mail:(new)`. */
const IS_NEW = /\(new\)/u;

/**
 * The words that a person types before a HIGH call may be approved: the name of the record that it changes, or of the
 * tool where it changes none that exists.
 */
export const nameToType = ({ changes, tool_name }: Pick<ApprovalView, "changes" | "tool_name">): string => {
  const record = changes.map((change) => change.record).find((name) => !IS_NEW.test(name));
  return record === undefined ? tool_name : record.slice(record.lastIndexOf(":") + 1);
};

/** Blanks around it do not make another name of it. */
export const isTyped = (typed: string, name: string): boolean => typed.trim() === name.trim();
