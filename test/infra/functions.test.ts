import { existsSync } from "node:fs";
import { join } from "node:path";
import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { apiHandlers, handlers, repositoryRoot } from "../../infra/handlers.ts";
import { synthesise } from "./synthesised-stack.ts";

const { template } = synthesise({ log_retention_days: 90 });

describe("the functions", () => {
  it.each(Object.values(handlers).map(({ entry }) => entry))("the function %s exists", (entry) => {
    expect(existsSync(join(repositoryRoot, entry))).toBe(true);
  });

  it("the functions run on Node 24 and arm64, traced, in a log group that forgets after the configured days", () => {
    const count = Object.keys(handlers).length;
    template.resourceCountIs("AWS::Lambda::Function", count);
    template.allResourcesProperties("AWS::Lambda::Function", {
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      TracingConfig: { Mode: "Active" },
      LoggingConfig: { LogFormat: "JSON", LogGroup: Match.anyValue() },
    });
    template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 90 });
  });

  it("the functions are told that LIVE is off unless the configuration turns it on", () => {
    const variables = (LIVE_ENABLED: string) => ({ Environment: { Variables: Match.objectLike({ LIVE_ENABLED }) } });
    template.allResourcesProperties("AWS::Lambda::Function", variables("false"));
    synthesise({ live_enabled: true }).template.allResourcesProperties("AWS::Lambda::Function", variables("true"));
  });

  it("functions are told what may be reached where they call tools, take contracts or tell addresses, nowhere else", () => {
    const reach = { allowed_hosts: "crm.example.com,*.b.example:8443", networks: "10.20.0.0/16" };
    const toldOf = (given: ReturnType<typeof synthesise>["template"], name: string) =>
      Object.fromEntries(
        Object.values(given.findResources("AWS::Lambda::Function")).flatMap(({ Properties }) => {
          const { HANDLER, [name]: told } = Properties.Environment.Variables;
          return told === undefined ? [] : [[HANDLER, told]];
        }),
      );
    const hosts = "crm.example.com,*.b.example:8443";
    const told = synthesise(reach).template;
    expect(toldOf(told, "ALLOWED_HOSTS")).toEqual({
      Administer: hosts,
      Call: hosts,
      Deliver: hosts,
      DryRun: hosts,
      Live: hosts,
      Mcp: hosts,
      RollBack: hosts,
      Slack: hosts,
      Try: hosts,
    });
    const networks = "10.20.0.0/16";
    expect(toldOf(told, "NETWORKS")).toEqual({
      Call: networks,
      Deliver: networks,
      DryRun: networks,
      Live: networks,
      Mcp: networks,
      RollBack: networks,
      Slack: networks,
      Try: networks,
    });
    expect(toldOf(template, "ALLOWED_HOSTS")).toEqual({
      Administer: "",
      Call: "",
      Deliver: "",
      DryRun: "",
      Live: "",
      Mcp: "",
      RollBack: "",
      Slack: "",
      Try: "",
    });
  });

  it("the functions take nothing from the account's concurrency, unless some is to be kept free for people's acts", () => {
    const reserving = (given: ReturnType<typeof synthesise>["template"]) =>
      Object.values(given.findResources("AWS::Lambda::Function")).flatMap(({ Properties }) => {
        const { HANDLER } = Properties.Environment.Variables;
        return Properties.ReservedConcurrentExecutions === undefined
          ? []
          : [[HANDLER, Properties.ReservedConcurrentExecutions]];
      });
    expect(reserving(template)).toEqual([]);
    expect(reserving(synthesise({ act_reserved_concurrency: "10" }).template)).toEqual([["Act", 10]]);
  });

  it("the functions that answer the API give up before the API does", () => {
    for (const { timeoutSeconds } of Object.values(apiHandlers)) expect(timeoutSeconds).toBeLessThan(30);
  });

  it("functions raise an alarm at the first failed call of the real world, which nobody repeats, and else at the fifth", () => {
    for (const name of Object.keys(handlers)) {
      const Threshold = ["Live", "RollBack", "Prepare"].includes(name) ? 1 : 5;
      const AlarmName = `buddy-test-${name}Errors`;
      template.hasResourceProperties("AWS::CloudWatch::Alarm", { AlarmName, Threshold, MetricName: "Errors" });
    }
  });

  it("functions raise an alarm when one is not started, and when a run is stopped from outside or took too long", () => {
    for (const MetricName of ["Throttles", "ExecutionsAborted", "ExecutionsTimedOut"]) {
      template.hasResourceProperties("AWS::CloudWatch::Alarm", { MetricName, Threshold: 1 });
    }
  });

  it("an alarm is raised when table, index, state machine or API have no room again and again, or a lock found none", () => {
    const raised = (name: string, MetricName: string, Namespace: string, Threshold: number) =>
      template.hasResourceProperties("AWS::CloudWatch::Alarm", {
        AlarmName: `buddy-test-${name}`,
        MetricName,
        Namespace,
        Threshold,
        Statistic: "Sum",
      });
    raised("TableReadsThrottled", "ReadThrottleEvents", "AWS/DynamoDB", 100);
    raised("TableWritesThrottled", "WriteThrottleEvents", "AWS/DynamoDB", 100);
    raised("RunsThrottled", "ExecutionThrottled", "AWS/States", 100);
    raised("RequestsThrottled", "requests_throttled", "buddy-test/api", 50);
    raised("LocksThrottled", "locks_throttled", "buddy-test/api", 1);
    for (const [name, MetricName] of [
      ["IndexReadsThrottled", "ReadThrottleEvents"],
      ["IndexWritesThrottled", "WriteThrottleEvents"],
    ]) {
      template.hasResourceProperties("AWS::CloudWatch::Alarm", {
        AlarmName: `buddy-test-${name}`,
        MetricName,
        Dimensions: Match.arrayWith([{ Name: "GlobalSecondaryIndexName", Value: "gsi1" }]),
      });
    }
  });

  it("an alarm is raised when an event was given up", () => {
    const metric = { MetricName: "ApproximateNumberOfMessagesVisible", Namespace: "AWS/SQS", Threshold: 1 };
    template.hasResourceProperties("AWS::CloudWatch::Alarm", metric);
  });

  it("an alarm is told to somebody where an address is configured", () => {
    expect(template.findResources("AWS::SNS::Subscription")).toEqual({});
    const told = synthesise({ alarm_email: "operator@example.com" }).template;
    told.hasResourceProperties("AWS::SNS::Subscription", { Endpoint: "operator@example.com" });
    told.allResourcesProperties("AWS::CloudWatch::Alarm", { AlarmActions: [Match.anyValue()] });
  });
});

describe("two stages in one account", () => {
  it("two stages in one account share no name", () => {
    const nameKeys = /^(\w*Name|Name)$/;
    const names = (stage: string): string[] =>
      Object.values(synthesise({ stage }).template.toJSON().Resources).flatMap((resource) => {
        const properties = Object.entries(Object(Object(resource).Properties));
        return properties.flatMap(([key, value]) => (nameKeys.test(key) && typeof value === "string" ? [value] : []));
      });
    const accountWide = (name: string) => name.includes("buddy");
    const one = names("one").filter(accountWide);
    const two = names("two");
    expect(one.length).toBeGreaterThan(3);
    expect(one.filter((name) => two.includes(name))).toEqual([]);
  });
});
