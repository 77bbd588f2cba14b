/** One part of a page that asks: so many requests at a time, and the seconds until it would ask again. */
export type Asker = { readonly seconds: number; readonly requests: number };

/** Whether somebody reads along, has left the page in view, or has something else before it. */
export type Attention = "reading" | "idle" | "hidden";

/** Requests a second of everything that a page shows together; who reads along is told as soon as each part would. */
const MOST_PER_SECOND: Readonly<Record<Attention, number>> = {
  reading: Number.POSITIVE_INFINITY,
  idle: 0.05,
  hidden: 0.03,
};

/** A browser takes a longer pause for none at all. */
const LONGEST_MS = 2 ** 31 - 1;

const perSecond = (askers: readonly Asker[]): number =>
  askers.reduce((sum, { requests, seconds }) => sum + requests / seconds, 0);

/**
 * The shortest pause under which all of them stay within `most` requests a second: who asks often is slowed down to what
 * is left by those that ask more seldom anyhow, so that nothing becomes much older than the rest.
 */
const shortestPause = (askers: readonly Asker[], most: number): number => {
  const byPause = askers.toSorted((one, other) => one.seconds - other.seconds);
  let slowed = 0;
  for (const [place, { seconds, requests }] of byPause.entries()) {
    const left = most - perSecond(byPause.slice(place));
    if (left >= 0 && slowed <= left * seconds) return slowed === 0 ? 0 : slowed / left;
    slowed += requests;
  }
  return slowed / most;
};

/** Milliseconds until `asker`, one of `all` that the page shows, may ask again. */
export const pauseMs = (asker: Asker, all: readonly Asker[], attention: Attention): number => {
  const shortest = shortestPause(all, MOST_PER_SECOND[attention]);
  return Math.min(Math.max(asker.seconds, shortest) * 1_000, LONGEST_MS);
};
