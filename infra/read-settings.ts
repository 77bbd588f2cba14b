import { z } from "zod";
import { Surprise } from "../shared/plan/surprise.ts";
import { type DeploymentConfig, deploymentConfig, settings } from "./settings.ts";

/** A stage as somebody writes it down: a setting that is left out has its default. */
export type Settings = z.input<typeof deploymentConfig>;

/** Nothing can be deployed from these settings; the message names every one that is wrong, and what it takes. */
export class BadSettings extends Surprise {
  override readonly name = "BadSettings";
  constructor(faults: readonly string[]) {
    super(`Buddy cannot be made from these settings:\n${faults.join("\n")}`);
  }
}

/** Every setting that cannot be as it is, in words that name it and what it takes; empty where all are right. */
export const faultsOfSettings = (values: Readonly<Record<string, unknown>>): string[] => {
  const parsed = deploymentConfig.safeParse(values);
  return parsed.success ? [] : [...new Set(parsed.error.issues.flatMap((issue) => faultsOf(issue, values)))];
};

const named = z.record(z.string(), z.unknown());

/**
 * Also of what a program without types gives, such as nothing where a file was to be read.
 * @throws BadSettings
 */
export const readSettings = (values: unknown): DeploymentConfig => {
  const given = named.safeParse(values);
  if (!given.success) {
    const what = values === undefined ? "missing" : JSON.stringify(values);
    throw new BadSettings([`settings are ${what}; they are an object with at least a stage, such as { stage: "dev" }`]);
  }
  const faults = faultsOfSettings(given.data);
  if (faults.length > 0) throw new BadSettings(faults);
  return deploymentConfig.parse(values);
};

const faultsOf = (issue: z.core.$ZodIssue, values: Readonly<Record<string, unknown>>): string[] => {
  if (issue.code === "unrecognized_keys") {
    const all = Object.keys(settings.shape).join(", ");
    return issue.keys.map((key) => `there is no setting ${key}; there are ${all}`);
  }
  const name = String(issue.path[0]);
  if (issue.code === "custom") {
    const twice = issue.params?.twice;
    return [twice === undefined ? issue.message : `${name} names ${twice} twice: name it once`];
  }
  const takes = z.looseObject({ description: z.string() }).parse(Object(settings.shape)[name]).description;
  return [`${name} takes ${takes}; it cannot be ${JSON.stringify(values[name])}`];
};
