/**
 * Clocks differ by at most five minutes (`largest_clock_skew_seconds`). A time that was recorded twice as far ahead of
 * now, or further, tells that the clock was set back since: how much of a wait is over cannot be known, so it is not
 * waited out. A pass that looks then finds the time to be waited for by the clock as it is: leases, slots, tokens,
 * outcomes.
 */
const SET_BACK_SECONDS = 600;

/**
 * Whether the clock was set back since a moment was recorded as its own time. Both as ISO 8601. `apart_seconds`: by how
 * much clocks may differ, for who must not miss a smaller step: on one machine, none.
 */
export const wasSetBack = (now: string, recorded: string, apart_seconds: number = SET_BACK_SECONDS): boolean =>
  Date.parse(recorded) - Date.parse(now) > apart_seconds * 1_000;
