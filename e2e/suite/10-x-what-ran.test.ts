import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { tryReply } from "../../functions/api/schemas.ts";
import { functionsOf } from "../client/account.ts";
import { aws } from "../client/deployment.ts";
import { type Team, team } from "../client/prepared.ts";

/** Functions that no suite reaches: the machine comes there only after a function was ended in the middle of a call. */
const NOT_REACHED = ["ReadOutcome"];

/** Suites bring these about on purpose: an input that is none, and a run that is stopped from outside. */
const MEANT = ["AwaitApproval: the function failed", "Finalise: an execution is concluded after a failure"];

const fault = z.looseObject({ level: z.literal("ERROR"), message: z.string() });

/** @returns what a line of a function's log says went wrong; undefined where it says no such thing, as a metric does */
const faultIn = (line: string): string | undefined =>
  line.startsWith("{") ? fault.safeParse(JSON.parse(line)).data?.message : undefined;

const document = z.looseObject({ paths: z.record(z.string(), z.looseObject({})) });

/** A deployed function is not the sources that other tests run: a bundler has left out what it took for unused. */
describe("the deployment, after all that the suites before asked of it", () => {
  let us: Team;
  beforeAll(async () => {
    us = await team();
  });

  it("a deployment describes its API, and answers every address of it that is read and names nothing, without a fault", async () => {
    const described = document.parse((await us.alice.send("GET", "/openapi.json")).body);
    const read = Object.entries(described.paths).flatMap(([path, methods]) =>
      "get" in methods && !path.includes("{") ? path : [],
    );
    expect(read.length).toBeGreaterThan(10);
    const answers = await Promise.all(
      read.map(async (path) => [path, (await us.alice.send("GET", path)).status] as const),
    );
    expect(answers.filter(([, status]) => status >= 500)).toEqual([]);
  });

  it("a deployment refuses a click that no app of Slack signed", async () => {
    expect((await us.alice.send("POST", "/slack/interactions", "payload=%7B%7D")).status).toBe(401);
  });

  it("a deployment tries a tool for who keeps the registry", async () => {
    const tried = await us.alice.ask(tryReply, "POST", "/contracts/goal_query/try", { arguments: { query: "leads" } });
    expect(tried).toMatchObject({ contract: { tool_name: "goal_query" }, preview: { made: true } });
  });

  it("a deployment has run every function but those that are named here, and logged no fault of its own", async () => {
    const logs = new CloudWatchLogsClient(aws(us.at));
    const ran = new Set<string>();
    const faults: string[] = [];
    const all = await functionsOf(us.at, us.at.stack);
    for (const { Environment, LoggingConfig } of all) {
      const handler = Environment?.Variables?.HANDLER ?? "";
      for (let nextToken: string | undefined, first = true; first || nextToken !== undefined; first = false) {
        const page = await logs.send(new FilterLogEventsCommand({ logGroupName: LoggingConfig?.LogGroup, nextToken }));
        for (const { message = "" } of page.events ?? []) {
          if (message.startsWith("REPORT ")) ran.add(handler);
          const said = faultIn(message);
          if (said !== undefined && !MEANT.includes(`${handler}: ${said}`)) faults.push(`${handler}: ${message}`);
        }
        nextToken = page.nextToken;
      }
    }
    const names = all.flatMap(({ Environment }) => Environment?.Variables?.HANDLER ?? []);
    expect(faults).toEqual([]);
    expect(names.filter((name) => !ran.has(name)).sort()).toEqual(NOT_REACHED);
  });
});
