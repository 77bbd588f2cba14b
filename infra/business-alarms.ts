import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { TelemetryName } from "../shared/health/telemetry.ts";
import { type Statistic, telemetry } from "./telemetry.ts";

/** An alarm; its name is a heading of docs/runbook.md. */
export type AlarmSpec = {
  readonly id: string;
  readonly metric: IMetric;
  readonly description: string;
  /** Raised at this value; 1 unless said. */
  readonly threshold?: number;
  readonly comparison?: ComparisonOperator;
  /** Periods in a row; 1 unless said. */
  readonly periods?: number;
  /** NOT_BREACHING unless said. */
  readonly missing?: TreatMissingData;
};

/** Of one deployment in a quarter of an hour: a plan may fail, that is what rehearsals are for; three together are odd. */
const FAILED_TOGETHER = 3;

/** Requests that nobody has looked at for a day hold up whoever writes the same records. */
const OLD_SECONDS = 86_400;

const shortly = Duration.minutes(5);

/** Alarms on what a deployment says of its own work: `service` is its name. */
export const businessAlarms = (service: string): AlarmSpec[] => {
  const of = (name: TelemetryName, statistic: Statistic, period = shortly): IMetric =>
    telemetry(service, name, statistic, period);
  return [
    {
      id: "ExecutionsFailed",
      metric: of("executions_failed", "Sum", Duration.minutes(15)),
      threshold: FAILED_TOGETHER,
      description:
        "Several executions failed within a quarter of an hour: a tool, a provider or a contract may be broken.",
    },
    {
      id: "OutcomesIndeterminate",
      metric: of("outcomes_indeterminate", "Maximum"),
      description:
        "Nobody knows whether a call to the real world happened. A person has to find out; its record stays held.",
    },
    {
      id: "CompensationsFailed",
      metric: of("compensations_failed", "Maximum"),
      description:
        "Something that should have been undone was not. A person has to undo it, or accept it as it stands.",
    },
    {
      id: "UndosAsked",
      metric: of("undos_asked", "Maximum"),
      description: "A roll back stands still: a person has to say whether a call that was made is to be undone.",
    },
    {
      id: "ApprovalsExpiring",
      metric: of("approvals_expiring", "Maximum"),
      description: "A request to people expires within hours; its step will be aborted.",
    },
    {
      id: "ApprovalsOld",
      metric: of("approvals_oldest_seconds", "Maximum"),
      threshold: OLD_SECONDS,
      description: "A request has waited for a person for more than a day.",
    },
    {
      id: "LockHeld",
      metric: of("lock_held", "Maximum"),
      description: "A lock is held: what it covers does not start.",
    },
    {
      id: "SweepSilent",
      metric: of("lock_held", "SampleCount"),
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      periods: 2,
      missing: TreatMissingData.BREACHING,
      description:
        "The sweeper has measured nothing for ten minutes: it does not run, and the alarms on what it measures are blind.",
    },
  ];
};
