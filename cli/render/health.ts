import { calibrationInWords, evidenceInWords } from "../../shared/shown/calibration.ts";
import { moment, plural } from "../../shared/shown/words.ts";
import type { Paint } from "../context.ts";
import { type Filter, hint } from "../hints.ts";
import type { Calibration, Health, Metric, SignalPage } from "../replies/system.ts";
import type { Look } from "./approval.ts";
import { painterFor, unreadableLines } from "./labels.ts";
import { table } from "./table.ts";
import { wrap } from "./width.ts";

const figure = (value: number | null): string => (value === null ? "–" : String(Number(value.toFixed(4))));

const scoreText = ({ health_score, health_status }: Health, paint: Paint): string =>
  health_score === null || health_status === null
    ? "No score: no evidence yet"
    : painterFor(paint, health_status)(`${figure(health_score)} of 100, ${health_status}`);

export const healthLines = (health: Health, { paint, columns }: Look): string[] => [
  `${scoreText(health, paint)}  ${paint.dim(`over the 24 hours before ${moment(health.timestamp)}`)}`,
  ...wrap(health.health_assessment, columns - 2).map((line) => `  ${line}`),
  ...[
    `executions: ${health.active_executions} active, ${health.completed_executions} completed, ${health.failed_executions} failed; highest mode ${health.execution_mode}`,
    `steps: ${health.blocked_by_safety} kept from going on; ${plural(health.rollbacks_triggered, "roll back")}, ${plural(health.conflicts_detected, "conflict")}`,
  ].flatMap((line) => wrap(line, columns - 2).map((piece) => `  ${piece}`)),
  ...table(
    [{ head: "METRIC" }, { head: "VALUE", align: "right" }],
    Object.entries(health.metrics).map(([name, value]) => [name, figure(value)]),
    { width: columns - 2, paintHead: paint.dim },
  ).map((line) => `  ${line}`),
  ...health.anomalies
    .map(
      ({ anomaly_type, severity, sample_size, description }) =>
        `${paint.red(anomaly_type)} (severity ${severity}, n = ${sample_size}): ${description}`,
    )
    .flatMap((line) => wrap(line, columns - 2).map((piece) => `  ${piece}`)),
];

/** A history as a row of blocks: the lowest value lowest, gaps where there was none. */
const sparkline = (values: readonly (number | null)[]): string => {
  const blocks = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
  const known = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const place = (value: number): number => (high === low ? 3 : Math.round(((value - low) / (high - low)) * 7));
  return values.map((value) => (value === null ? " " : (blocks[place(value)] ?? " "))).join("");
};

export const metricLines = (metric: Metric, look: Look): string[] => [
  ...courseLines(metric, look),
  ...unreadableLines(metric.unreadable ?? [], "value"),
];

const lackingLines = (points: Metric["points"]): string[] => {
  const lacking = points.filter(({ unread = 0 }) => unread > 0).length;
  return lacking === 0
    ? []
    : [
        `  ${plural(lacking, "value")} of these ${lacking === 1 ? "lacks" : "lack"} executions that could not be read, as the health then said`,
      ];
};

const courseLines = ({ name, since, until, points }: Metric, { paint, columns }: Look): string[] => {
  if (points.length === 0) return [`No value of ${name} between ${moment(since)} and ${moment(until)}.`];
  const shown = points.slice(-Math.min(points.length, Number.isFinite(columns) ? columns - 2 : 80));
  return [
    `${paint.bold(name)}  ${plural(points.length, "value")} between ${moment(since)} and ${moment(until)}`,
    `  ${sparkline(shown.map(({ value }) => value))}`,
    ...table(
      [{ head: "AT" }, { head: "VALUE", align: "right" }],
      points.slice(-20).map(({ at, value }) => [moment(at), figure(value)]),
      { width: columns - 2, paintHead: paint.dim },
    ).map((line) => `  ${line}`),
    ...lackingLines(points),
  ];
};

export const signalLines = (page: SignalPage, filter: Filter, look: Look): string[] => [
  ...itemLines(page, filter, look),
  ...unreadableLines(page.unreadable ?? [], "signal"),
];

const itemLines = ({ items, next }: SignalPage, filter: Filter, { paint, columns }: Look): string[] =>
  items.length === 0
    ? ["No learning signals yet."]
    : [
        ...items.flatMap(
          ({ signal_type, tool_name, insight, recommended_action, confidence, target_phase, evidence }) => [
            `${paint.bold(signal_type)}  ${tool_name}  ${paint.dim(`for phase ${target_phase}, confidence ${figure(confidence)}, n = ${evidence.sample_size}`)}`,
            ...wrap(insight, columns - 2).map((line) => `  ${line}`),
            ...wrap(`→ ${recommended_action}`, columns - 2).map((line) => `  ${line}`),
          ],
        ),
        ...(next === null ? [] : [paint.dim(`There are more: ${hint.moreSignals(filter, next)}`)]),
      ];

/** More would push the score out of view; the console's Health page has all. */
const MOST_LISTED = 8;

const firstOf = (lines: readonly string[]): string[] =>
  lines.length <= MOST_LISTED
    ? [...lines]
    : [...lines.slice(0, MOST_LISTED), `  and ${lines.length - MOST_LISTED} more, on the console's Health page`];

type Known = Pick<Calibration, "agents" | "tools" | "unread_executions">;

/** How well each agent foretells its calls, and the tools that nothing is proven of yet: the first few of each. */
export const calibrationLines = ({ agents, tools, unread_executions = [] }: Known): string[] => {
  const unproven = tools.flatMap((tool) => {
    const words = evidenceInWords(tool);
    return words === undefined ? [] : [`  ${tool.tool_name}: ${words}`];
  });
  return [
    ...(agents.length === 0 ? [] : ["", "Agents, over seven days:"]),
    ...firstOf(agents.map((agent) => `  ${agent.agent_id}: ${calibrationInWords(agent)}`)),
    ...(unproven.length === 0 ? [] : ["", "Not proven yet, over seven days:"]),
    ...firstOf(unproven),
    ...(unread_executions.length === 0 ? [] : ["", "Counted nowhere over seven days, because they could not be read:"]),
    ...firstOf(unread_executions.map((id) => `  ${id}`)),
  ];
};
