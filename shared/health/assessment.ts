import type { Aggregate } from "../feedback/aggregate.ts";
import { ENOUGH_EVIDENCE } from "../feedback/bounds.ts";
import { unreadInWords } from "../feedback/unread-in-words.ts";
import type { Anomaly } from "./anomalies.ts";
import { liveOutcomes } from "./live-outcomes.ts";
import { decidedInTime } from "./ratios.ts";
import { type Score, type ScoreComponent, statusOfScore } from "./score.ts";

/** The meaning of each component: [singular, plural]. */
const COUNTED = {
  success: ["LIVE outcome", "LIVE outcomes"],
  rollback: ["committed write", "committed writes"],
  conflict: ["step", "steps"],
  drift: ["LIVE outcome", "LIVE outcomes"],
  approval: ["request to people", "requests to people"],
} as const satisfies Record<ScoreComponent["name"], readonly [string, string]>;

const SAID = {
  success: "LIVE success",
  rollback: "roll backs",
  conflict: "conflicts",
  drift: "confidence that promises too much",
  approval: "approvals decided in time",
} as const satisfies Record<ScoreComponent["name"], string>;

const counted = (name: ScoreComponent["name"], count: number): string =>
  `${count} ${COUNTED[name][count === 1 ? 0 : 1]}`;

/** The report in words: score and status, sample sizes, what costs most, what is wrong, and how thin the evidence is. */
export const assessmentOf = (window: Aggregate, score: Score | null, anomalies: readonly Anomaly[]): string =>
  [...saidOf(window, score, anomalies), ...unread(window)].join(" ");

const saidOf = (window: Aggregate, score: Score | null, anomalies: readonly Anomaly[]): string[] =>
  score === null
    ? [NO_EVIDENCE]
    : [
        verdict(score),
        samples(window),
        cost(score.costliest),
        ...anomalies.map(warning),
        ...capped(score),
        ...thin(window),
      ];

const unread = ({ unread: names }: Aggregate): string[] => {
  const said = unreadInWords(names);
  return said === undefined ? [] : [said];
};

const NO_EVIDENCE = "No evidence yet: no execution has ended in the last 24 hours, so there is no score.";

const verdict = ({ score }: Score): string => `${statusOfScore(score)}: ${score} of 100.`;

const samples = (window: Aggregate): string => {
  const sizes = [
    counted("conflict", window.steps.total),
    counted("success", liveOutcomes(window).trials),
    counted("rollback", window.writes.committed),
    counted("approval", decidedInTime(window).whole),
  ];
  return `It rests on ${sizes.join(", ")}.`;
};

const cost = ({ name, lost, points, sample_size }: ScoreComponent): string => {
  if (lost === 0) return "Nothing is lost anywhere.";
  return sample_size === 0
    ? `Of ${SAID[name]} nothing is known yet, which counts as half: ${(points - lost).toFixed(1)} of ${points} points.`
    : `Most is lost on ${SAID[name]}: ${lost.toFixed(1)} of ${points} points, over ${counted(name, sample_size)}.`;
};

const warning = ({ anomaly_type, severity, description }: Anomaly): string =>
  `Anomaly ${anomaly_type} (severity ${severity}): ${description}.`;

const capped = ({ cap }: Score): string[] => (cap < 100 ? [`No score above ${cap} while that lasts.`] : []);

/** Fewer than 18 cannot prove a rate of 90 %, however good they are. */
const thin = (window: Aggregate): string[] => {
  const live = liveOutcomes(window).trials;
  const asked = decidedInTime(window).whole;
  const few = [
    ...(live < ENOUGH_EVIDENCE ? [counted("success", live)] : []),
    ...(asked < ENOUGH_EVIDENCE ? [counted("approval", asked)] : []),
  ];
  return few.length === 0
    ? []
    : [`Evidence is thin: ${few.join(" and ")}, and fewer than ${ENOUGH_EVIDENCE} prove no rate of 90 %.`];
};
