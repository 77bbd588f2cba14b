import { type Called, NOBODY_NAMED, nameWithId } from "../plan/called.ts";

type Shown = {
  readonly name: string | null;
  readonly because: string;
  readonly at: string;
  readonly passed_over: readonly { readonly name: string; readonly until: string }[];
  readonly barred?: readonly string[] | undefined;
};

/** Why it went to somebody, behind a name; nothing for the first. */
export const WHY_ASKED: Readonly<Record<string, string>> = {
  unopened: ", because nobody before had opened it",
  away: ", because who was asked before is away",
  barred: ", because who was asked before may not decide it",
};

/** Why nobody of a tool's list is asked. */
export const WHY_EVERYBODY = "everybody, because nobody of the tool's list is here and may decide it";

/** Why four eyes pass over somebody. */
export const WHY_BARRED = "may not decide it: four eyes want somebody else";

/** Whom a request was put to, in its order: a line for each; none where everybody was asked at once. */
export const askedInWords = (asked: readonly Shown[] = [], called: Called = NOBODY_NAMED): string[] =>
  asked.map(({ name, because, at, passed_over, barred = [] }) => {
    const past = [
      ...passed_over.map((each) => `${nameWithId(called, each.name)} is away until ${each.until}`),
      ...barred.map((each) => `${nameWithId(called, each)} ${WHY_BARRED}`),
    ];
    const who = name === null ? WHY_EVERYBODY : nameWithId(called, name);
    return `Put to ${who} at ${at}${WHY_ASKED[because] ?? ""}${past.length === 0 ? "" : ` (${past.join(", ")})`}`;
  });

/** Where an open request with a list goes on to while nobody opens it; undefined: nowhere. */
export const goesOnInWords = (
  next: { readonly to: readonly string[]; readonly at: string | null; readonly soon: boolean } | undefined,
): string => {
  if (next === undefined) return "It stays there";
  const names = next.to.join(", then ");
  if (next.soon) return `Goes on within a minute, for who was asked may not decide it, to ${names || "everybody"}`;
  return next.at === null
    ? `Goes on when somebody comes or goes, to ${names}`
    : `Unopened, goes on at ${next.at}, sooner where who was asked is away, to ${names}`;
};
