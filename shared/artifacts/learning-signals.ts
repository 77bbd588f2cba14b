import { learningSignal } from "../feedback/learning-signal.ts";
import { type Artifact, renderLines } from "./artifact.ts";

export const learningSignalsFile: Artifact = {
  name: "learning_signals.jsonl",
  render: ({ signals }) => renderLines(learningSignal, signals),
};
