export { MIN_SAMPLE, rateBounds } from "./bounds.ts";
export { percentileMs } from "./latency.ts";
export { type LearningSignal, learningSignal, type SignalType, signalType } from "./learning-signal.ts";
export { type LearningInput, learningSignals, SIGNAL_RULES } from "./learning-signals.ts";
export { addTallies, emptyTally, type Tally, tally, tallyOf } from "./tally.ts";
