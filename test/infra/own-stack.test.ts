import { readFileSync } from "node:fs";
import { Stack } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import { Buddy } from "../../infra/buddy.ts";
import { BadSettings } from "../../infra/read-settings.ts";
import { synthesise, temporaryApp } from "./synthesised-stack.ts";

const page = readFileSync(new URL("../../docs/deploy.md", import.meta.url), "utf8");

const POOL = { jwt_issuer: undefined, jwt_audience: undefined };
const MAIL = { alarm_email: "alarms@b.example", approvals_email: "approvers@b.example" };
const resourcesOf = (settings: Record<string, unknown>): number =>
  Object.keys(synthesise({ ...POOL, ...settings }).template.toJSON().Resources).length;

/** As a program without types makes one: with the arguments that it happens to have. */
const made = (...props: readonly unknown[]) =>
  Reflect.construct(Buddy, [new Stack(temporaryApp({}), "desk"), "Buddy", ...props]);

describe("Buddy in a stack of one's own", () => {
  it("Buddy in a stack of one's own takes as many of its resources as the page on deploying says", () => {
    const [, usual, full] =
      /takes (\d+) of the 500\s+resources[^.]*\s(\d+) with an agent, a worker group/u.exec(page) ?? [];
    const counted = [resourcesOf({}), resourcesOf({ ...MAIL, agents: ["research"], worker_groups: ["crm"] })];
    expect([Number(usual), Number(full)], "docs/deploy.md says how many resources a stack takes").toEqual(counted);
  });

  it.each([
    ["no properties", []],
    ["properties without settings", [{}]],
    ["settings that are null", [{ settings: null }]],
    ["settings that are a list", [{ settings: ["dev"] }]],
    ["settings that are the stage alone", [{ settings: "dev" }]],
  ])("Buddy in a stack of one's own with %s is refused in words that say what settings are", (_what, props) => {
    const refused = expect(() => made(...props));
    refused.toThrow(BadSettings);
    refused.toThrow(/settings are (?:missing|null|\["dev"\]|"dev"); they are an object with at least a stage/u);
  });
});
