import { readFileSync } from "node:fs";
import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { METRICS_DIMENSION, METRICS_NAMESPACE, TELEMETRY_NAMES } from "../../shared/health/telemetry.ts";
import { synthesise } from "./synthesised-stack.ts";

const { template } = synthesise();
const text = readFileSync(new URL("../../docs/runbook.md", import.meta.url), "utf8");

/** A heading that names alarms is single words with commas between; any other is a message or a situation. */
const namesIn = (heading: string): string[] =>
  /^[A-Z][A-Za-z]+(?:, [A-Z][A-Za-z]+)*$/.test(heading) ? heading.split(", ") : [];

const sections = text
  .split(/^## /m)
  .slice(1)
  .map((section) => ({ names: namesIn(section.split("\n")[0] ?? ""), section }))
  .filter(({ names }) => names.length > 0);

const alarm = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
});
const alarms = Object.values(template.findResources("AWS::CloudWatch::Alarm")).map(({ Properties }) =>
  alarm.parse(Properties),
);
const alarmNames = alarms.map(({ AlarmName }) => AlarmName.replace("buddy-test-", ""));

/** The metrics that the dashboard draws, as [namespace, name, dimension, value, ...]. */
const drawn = (): string[][] => {
  const [dashboard] = Object.values(template.findResources("AWS::CloudWatch::Dashboard"));
  const body = z
    .object({ DashboardBody: z.object({ "Fn::Join": z.tuple([z.literal(""), z.array(z.unknown())]) }) })
    .parse(dashboard?.Properties).DashboardBody["Fn::Join"][1];
  const joined = body.map((part) => (typeof part === "string" ? part : "token")).join("");
  const widgets = z
    .object({
      widgets: z.array(z.object({ properties: z.object({ metrics: z.array(z.array(z.unknown())).default([]) }) })),
    })
    .parse(JSON.parse(joined)).widgets;
  return widgets.flatMap(({ properties }) =>
    properties.metrics.map((metric) => metric.filter((part) => typeof part === "string")),
  );
};

const watched = (): string[][] =>
  alarms.map(({ Namespace, MetricName, Dimensions }) => [
    Namespace,
    MetricName,
    ...Dimensions.flatMap(({ Name, Value }) => [Name, typeof Value === "string" ? Value : "token"]),
  ]);

describe("the runbook", () => {
  it("the runbook has a section for every alarm of the stack, and none for another", () => {
    expect(sections.flatMap(({ names }) => names).toSorted()).toEqual(alarmNames.toSorted());
  });

  it.each(sections.map(({ names, section }) => [names.join(", "), section]))(
    "the runbook says of %s what it means, what to look at and what to do",
    (_, section) => {
      const parts = [...section.matchAll(/^- \*\*(\w[\w ]*)\*\*: \S/gm)].map(([, part]) => part);
      expect(parts).toEqual(["Means", "Look at", "Do"]);
    },
  );
});

describe("what alarms and the dashboard show", () => {
  it("a metric that alarms and the dashboard show is measured: by the functions, under that name and stage, or by AWS", () => {
    const emitted: readonly string[] = TELEMETRY_NAMES;
    for (const [namespace, name, ...dimensions] of [...watched(), ...drawn()]) {
      if (namespace === METRICS_NAMESPACE) {
        expect(emitted).toContain(name);
        expect(dimensions).toEqual([METRICS_DIMENSION, "buddy-test"]);
      } else
        expect(["AWS/ApiGateway", "AWS/DynamoDB", "AWS/Lambda", "AWS/SQS", "AWS/States", "buddy-test/api"]).toContain(
          namespace,
        );
    }
  });

  it("a metric that alarms show has the right service: what functions emit is named by the STAGE they are told", () => {
    const Environment = { Variables: Match.objectLike({ STAGE: "test" }) };
    template.allResourcesProperties("AWS::Lambda::Function", { Environment });
  });

  it("alarms and the dashboard leave nothing out that is measured", () => {
    const shown = new Set(drawn().flatMap(([namespace, name]) => (namespace === METRICS_NAMESPACE ? [name] : [])));
    expect(TELEMETRY_NAMES.filter((name) => !shown.has(name))).toEqual([]);
  });

  it("an alarm is raised on what only people can end, and on a sweeper that measures nothing", () => {
    const raised = (name: string, properties: object): void =>
      template.hasResourceProperties("AWS::CloudWatch::Alarm", { AlarmName: `buddy-test-${name}`, ...properties });
    const first = { Threshold: 1, Statistic: "Maximum", TreatMissingData: "notBreaching" };
    raised("OutcomesIndeterminate", { MetricName: "outcomes_indeterminate", ...first });
    raised("CompensationsFailed", { MetricName: "compensations_failed", ...first });
    raised("UndosAsked", { MetricName: "undos_asked", ...first });
    raised("ApprovalsExpiring", { MetricName: "approvals_expiring", ...first });
    raised("ApprovalsOld", { MetricName: "approvals_oldest_seconds", Threshold: 86_400 });
    raised("LockHeld", { MetricName: "lock_held", ...first });
    raised("ExecutionsFailed", { MetricName: "executions_failed", Statistic: "Sum", Threshold: 3, Period: 900 });
    raised("SweepSilent", { Statistic: "SampleCount", TreatMissingData: "breaching", EvaluationPeriods: 2 });
  });
});
