/** What happened, as sums: the one input of signals, metrics, anomalies and the score. */
export { addTallies } from "./add-tallies.ts";
export { tallyOf } from "./tally-of.ts";
export { emptyTally, type Tally, type ToolTally, tally } from "./tally-schema.ts";
