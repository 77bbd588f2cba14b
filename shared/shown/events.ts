import type { JsonObject } from "../plan/json-value.ts";

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** The words of an event for people: `MOCK → DRY_RUN`, and why; undefined where it has neither. The rest of it is for programs. */
export const eventInWords = ({ from, to, reason, comment }: JsonObject): string | undefined => {
  const [was, is] = [text(from), text(to)];
  const move = was === undefined || is === undefined || was === is ? undefined : `${was} → ${is}`;
  const said = [move, text(reason) ?? text(comment)].filter((part) => part !== undefined);
  return said.length === 0 ? undefined : said.join(": ");
};
