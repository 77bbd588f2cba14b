/** IMF-fixdate, as RFC 9110 has servers write it; the two older forms it lets clients read are left alone. */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Statuses that say when to come again (RFC 6585, RFC 9110). A redirect may, too, and is never followed. */
const PUSHES_BACK: ReadonlySet<number | undefined> = new Set([429, 503]);

/** Whole seconds are what RFC 9110 knows; services write fractions of them, too, and more than any number holds. */
const SECONDS = /^\d+(?:\.\d+)?$/;

/**
 * For how many seconds from `now` (milliseconds since 1970) an answer asks to be left alone, by its Retry-After: a number
 * of seconds or a date; undefined where it does not. One that nobody can read asks for it all the same, and not for how
 * long: that is none, and who asks again makes pauses of its own.
 */
export const retryAfterSeconds = (
  status: number | undefined,
  header: string | undefined,
  now: number,
): number | undefined => {
  if (!PUSHES_BACK.has(status) || header === undefined) return undefined;
  const text = header.trim();
  if (text === "") return undefined;
  if (SECONDS.test(text)) return Math.min(Math.ceil(Number(text)), Number.MAX_SAFE_INTEGER);
  const at = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? 0 : Math.max(0, Math.ceil((at - now) / 1_000));
};
