/**
 * Events of one workflow run, of which Step Functions takes 25,000 and then ends the run as failed.
 *
 * - A pass has about 20: Next wave, the choice, the Map or the wait.
 * - An item has at most 49, retries of the file included: iteration 2, the choice 2, Mock or Dry run 2 and 3 for each of
 *   its 6 attempts, Read the outcome 2 and 3 for each of its 7, what is left 2. A test counts them in the file.
 * - A fresh workflow run begins before 21,000: two waves of 200 items (2 x (20 + 200 x 49) = 19,640). The 4,000 that are left are
 *   for retries of tasks that stand alone, 3 each, and for the conclusion: 1,300 refusals by Lambda, some 30 hours of them.
 */
export const HISTORY_EVENTS = { limit: 25_000, budget: 21_000, pass: 20, item: 49 } as const;
