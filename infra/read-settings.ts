import { z } from "zod";
import { Surprise } from "../shared/plan/surprise.ts";
import { type DeploymentConfig, deploymentConfig } from "./deployment-config.ts";
import { isKnownLater } from "./known-later.ts";
import { settings } from "./settings.ts";

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
  if (parsed.success) return [];
  const { issues } = parsed.error;
  return [...new Set([...issues, ...issuesBeside(issues, values)].flatMap((issue) => faultsOf(issue, values)))];
};

const together = z.object({ of: z.array(z.string()) });

/** Faults of settings together, none of which is wrong by itself: a parser does not come to them while others are wrong. */
const issuesBeside = (
  issues: readonly z.core.$ZodIssue[],
  values: Readonly<Record<string, unknown>>,
): z.core.$ZodIssue[] => {
  const wrong = new Set(issues.map(({ path }) => path[0]));
  const kept = Object.keys(settings.shape).filter((name) => name in values && !wrong.has(name));
  const beside = deploymentConfig.safeParse({
    stage: "any",
    ...Object.fromEntries(kept.map((name) => [name, values[name]])),
  });
  return (beside.error?.issues ?? []).filter((issue) => {
    const { data } = together.safeParse(issue.code === "custom" ? issue.params : undefined);
    return data?.of.every((name) => !wrong.has(name)) === true;
  });
};

const named = z.record(z.string(), z.unknown());

/**
 * Also of what a program without types gives, such as nothing where a file was to be read.
 * @throws BadSettings
 */
export const readSettings = (values: unknown): DeploymentConfig => {
  const given = named.safeParse(values);
  if (!given.success) {
    const what = values === undefined ? "missing" : shown(values);
    throw new BadSettings([`settings are ${what}; they are an object with at least a stage, such as { stage: "dev" }`]);
  }
  const faults = faultsOfSettings(given.data);
  if (faults.length > 0) throw new BadSettings(faults);
  return deploymentConfig.parse(values);
};

const faultsOf = (issue: z.core.$ZodIssue, values: Readonly<Record<string, unknown>>): string[] => {
  if (issue.code === "unrecognized_keys" && issue.path.length === 0) {
    const all = Object.keys(settings.shape).join(", ");
    return issue.keys.map((key) => `there is no setting ${key}; there are ${all}`);
  }
  const name = String(issue.path[0]);
  if (issue.code === "custom") {
    const twice = issue.params?.twice;
    return [twice === undefined ? issue.message : `${name} names ${twice} twice: name it once`];
  }
  const takes = z.looseObject({ description: z.string() }).parse(Object(settings.shape)[name]).description;
  const value = values[name];
  if (isKnownLater(value)) {
    const why = "is known only at deployment, and is needed when the stack is made";
    return [`${name} ${why}: write the value itself. It takes ${takes}`];
  }
  const said = shown(value);
  if (said.includes(NOT_LOOKED_UP)) {
    return [
      `${name} is not looked up yet: give the look-up a value to begin with (its third argument), or write the value itself. It takes ${takes}`,
    ];
  }
  return [`${name} takes ${takes}; it cannot be ${said}`];
};

/** So begins what a look-up of the CDK gives until it was made. */
const NOT_LOOKED_UP = "dummy-value-for-";

/** As JSON where it has one: a construct, for one, leads in circles. */
const shown = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `an object that is no plain one (${Object(value).constructor?.name ?? "Object"})`;
  }
};
