import { App } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import { BadContext, readConfig } from "../../infra/config.ts";

const dev = { jwt_issuer: "https://issuer.example/", jwt_audience: ["buddy"] };
const read = (context: Record<string, unknown>) =>
  readConfig(new App({ context: { stage: "dev", stages: { dev }, ...context } }).node);

describe("the configuration of a deployment", () => {
  it("keeps LIVE off and the registry closed until told otherwise", () => {
    expect(read({})).toMatchObject({
      stage: "dev",
      live_enabled: false,
      agent_registry: "closed",
      removal_policy: "retain",
    });
  });

  it("takes a value of the command line before the stage's own, in the form a command line has", () => {
    const given = read({ live_enabled: "true", jwt_audience: "a, b", record_lock_days: "7" });
    expect(given).toMatchObject({ live_enabled: true, jwt_audience: ["a", "b"], record_lock_days: 7 });
  });

  it.each([
    ["a switch that is neither true nor false", { live_enabled: "yes" }, /live_enabled/],
    ["an issuer without TLS", { jwt_issuer: "http://issuer.example/" }, /jwt_issuer/],
    ["no audience", { jwt_audience: "" }, /jwt_audience/],
    [
      "an issuer whose tokens are meant for nobody",
      { stages: { dev: { jwt_issuer: dev.jwt_issuer } } },
      /jwt_audience/,
    ],
    ["a stage that nobody described", { stage: "elsewhere" }, /elsewhere.*dev/],
    ["a misspelt setting of a stage", { stages: { dev: { ...dev, live_enable: true } } }, /live_enable/],
    ["a retention that CloudWatch does not know", { log_retention_days: 15 }, /log_retention_days/],
  ])("refuses %s and says which", (_, context, message) => {
    expect(() => read(context)).toThrow(BadContext);
    expect(() => read(context)).toThrow(message);
  });
});
