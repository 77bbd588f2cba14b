import { type Called, NOBODY_NAMED, nameWithId } from "../plan/called.ts";

type Shown = {
  readonly name: string | null;
  readonly because: string;
  readonly at: string;
  readonly passed_over: readonly { readonly name: string; readonly until: string }[];
};

/** Why it went to somebody, behind a name; nothing for the first. */
export const WHY_ASKED: Readonly<Record<string, string>> = {
  unopened: ", because nobody before had opened it",
  away: ", because who was asked before is away",
};

/** Whom a request was put to, in its order: a line for each; none where everybody was asked at once. */
export const askedInWords = (asked: readonly Shown[] = [], called: Called = NOBODY_NAMED): string[] =>
  asked.map(({ name, because, at, passed_over }) => {
    const away = passed_over.map((each) => `${nameWithId(called, each.name)} is away until ${each.until}`);
    const who = name === null ? "everybody, because nobody of the tool's list is here" : nameWithId(called, name);
    return `Put to ${who} at ${at}${WHY_ASKED[because] ?? ""}${away.length === 0 ? "" : ` (${away.join(", ")})`}`;
  });

/** Where an open request with a list goes on to while nobody opens it; undefined: nowhere. */
export const goesOnInWords = (
  next: { readonly to: readonly string[]; readonly at: string | null } | undefined,
): string => {
  if (next === undefined) return "It stays there";
  const names = next.to.join(", then ");
  return next.at === null
    ? `Goes on when somebody comes or goes, to ${names}`
    : `Unopened, goes on at ${next.at} to ${names}`;
};
