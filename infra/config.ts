import type { Node } from "constructs";
import { z } from "zod";
import { Surprise } from "../shared/plan/surprise.ts";
import { type DeploymentConfig, deploymentConfig } from "./deployment-config.ts";
import { faultsOfSettings } from "./read-settings.ts";
import { settings } from "./settings.ts";

/** The context is not what a deployment can be made from; the message names every setting that is wrong, and what it takes. */
export class BadContext extends Surprise {
  override readonly name = "BadContext";
  constructor(why: string) {
    super(`the deployment's context cannot be used:\n${why}`);
  }
}

const stages = z.record(z.string(), z.record(z.string(), z.unknown()));

/**
 * Reads the configuration of the stage named by the context `stage` from the context `stages`; a value given on the
 * command line (`-c live_enabled=true`) wins over the stage's own.
 * @throws BadContext
 */
export const readConfig = (node: Node): DeploymentConfig => {
  const named = z.string().safeParse(node.tryGetContext("stage"));
  const known = stages.safeParse(node.tryGetContext("stages"));
  if (!named.success || !known.success) throw new BadContext("cdk.json must hold `stage` and `stages`");
  const own = known.data[named.data];
  if (own === undefined) {
    const described = Object.keys(known.data).join(", ");
    throw new BadContext(`stage "${named.data}" is none of ${described}: name one of them, or describe it in cdk.json`);
  }
  const given = Object.fromEntries(
    Object.keys(settings.shape)
      .map((key) => [key, node.tryGetContext(key)] as const)
      .filter(([, value]) => value !== undefined),
  );
  const values: Readonly<Record<string, unknown>> = { ...own, ...given };
  const faults = faultsOfSettings(values);
  if (faults.length > 0) {
    throw new BadContext(
      [
        ...faults,
        `Settings stand in cdk.json under stages.${named.data}; -c <setting>=<value> wins for one command.`,
      ].join("\n"),
    );
  }
  return deploymentConfig.parse(values);
};
