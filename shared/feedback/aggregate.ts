/** Sums of the past: the one input of signals, metrics, anomalies and the score. */
export { addAggregates } from "./add-aggregates.ts";
export { aggregateOf } from "./aggregate-of.ts";
export { type Aggregate, aggregate, emptyAggregate, type ToolAggregate, unreadAggregate } from "./aggregate-schema.ts";
