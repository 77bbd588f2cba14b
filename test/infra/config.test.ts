import { readFileSync } from "node:fs";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { describe, expect, it } from "vitest";
import { BadContext, readConfig } from "../../infra/config.ts";
import { faultsOfSettings } from "../../infra/read-settings.ts";
import { settings } from "../../infra/settings.ts";
import { temporaryApp } from "./synthesised-stack.ts";

const dev = { jwt_issuer: "https://issuer.example/", jwt_audience: ["buddy"] };
const read = (context: Record<string, unknown>) =>
  readConfig(temporaryApp({ stage: "dev", stages: { dev }, ...context }).node);

describe("the configuration of a deployment", () => {
  it("a deployment's configuration keeps LIVE off and the registry closed until told otherwise", () => {
    expect(read({})).toMatchObject({
      stage: "dev",
      live_enabled: false,
      agent_registry: "closed",
      removal_policy: "retain",
    });
  });

  it("a deployment's configuration takes a value of the command line before the stage's own, in the form a command line has", () => {
    const given = read({
      live_enabled: "true",
      jwt_audience: "a, b",
      record_lock_days: "7",
      log_retention_days: "90",
      api_rate_limit: "0.5",
    });
    expect(given).toMatchObject({
      live_enabled: true,
      jwt_audience: ["a", "b"],
      record_lock_days: 7,
      log_retention_days: 90,
      api_rate_limit: 0.5,
    });
  });

  it.each([
    ["a switch that is neither true nor false", { live_enabled: "yes" }, /live_enabled takes true or false.*"yes"/],
    ["a sandbox half filled", { seed_sandbox: "1" }, /seed_sandbox takes true or false/],
    ["a collector without TLS", { otlp_endpoint: "http://collector.example:4318" }, /otlp_endpoint takes one address/],
    ["a collector's password", { otlp_endpoint: "https://a:b@collector.example" }, /otlp_endpoint takes one address/],
    ["a collector without a scheme", { otlp_endpoint: "otlp.example.com" }, /otlp_endpoint takes one address/],
    ["no address of a collector", { otlp_endpoint: "" }, /otlp_endpoint takes one address/],
    ["an issuer without TLS", { jwt_issuer: "http://issuer.example/" }, /jwt_issuer takes .*https:/],
    ["no audience", { jwt_audience: "" }, /jwt_audience takes one audience or several/],
    [
      "an issuer whose tokens are meant for nobody",
      { stages: { dev: { jwt_issuer: dev.jwt_issuer } } },
      /jwt_issuer and jwt_audience belong together: set both, or neither/,
    ],
    [
      "a prefix for the stack's own pool, which has its own",
      { stages: { dev: { scope_prefix: "api://x/" } } },
      /scope_prefix is for an issuer of your own/,
    ],
    ["an optional second factor by another name", { sign_in_mfa: "off" }, /sign_in_mfa takes required or optional/],
    ["a way back without TLS", { sign_in_callbacks: "http://app.example/" }, /sign_in_callbacks takes https/],
    ["a way back with a fragment", { sign_in_callbacks: "https://app.example/#x" }, /sign_in_callbacks takes https/],
    ["a way back with a blank", { sign_in_callbacks: "https:// app.example" }, /sign_in_callbacks takes https/],
    ["a prefix that is two words", { scope_prefix: "a b/" }, /scope_prefix takes .* without blanks/],
    ["half a registry", { agent_registry: "half" }, /agent_registry takes closed or open/],
    ["a removal that is neither", { removal_policy: "snapshot" }, /removal_policy takes retain or destroy/],
    ["no lock at all", { record_lock_days: "0" }, /record_lock_days takes a whole number of days from 1/],
    [
      "a lock of a kind S3 does not know",
      { record_lock_mode: "NONE" },
      /record_lock_mode takes GOVERNANCE or COMPLIANCE/,
    ],
    ["a group of workers twice", { worker_groups: "crm, crm" }, /^worker_groups names crm twice: name it once$/m],
    ["an agent twice", { agents: ["a.b", "c", "a.b"] }, /^agents names a\.b twice: name it once$/m],
    [
      "a member of Slack who is two people",
      { slack_people: "U012AB3CD=alice,U098ZY7XW=alice,U012AB3CD=bob" },
      /^slack_people names U012AB3CD twice: name it once$/m,
    ],
    ["no request at all", { api_rate_limit: "0" }, /api_rate_limit takes a number .* above 0/],
    ["half a request at once", { api_burst_limit: "0.5" }, /api_burst_limit takes a whole number/],
    ["acts without a rate", { api_act_rate_limit: "" }, /api_act_rate_limit takes a number/],
    ["acts without a burst", { api_act_burst_limit: true }, /api_act_burst_limit takes a whole number/],
    ["half a function kept free", { act_reserved_concurrency: "0.5" }, /act_reserved_concurrency takes a whole number/],
    ["an address that is none", { approvals_email: "ops" }, /approvals_email takes one e-mail address.*"ops"/],
    ["two addresses for alarms", { alarm_email: "a@b.example,c@d.example" }, /alarm_email takes one e-mail address/],
    ["a stage no name can hold", { stage: "Dev", stages: { Dev: {} } }, /stage takes 1 to 20 of a-z/],
    [
      "a stage that Cognito takes in no address",
      { stages: { "my-aws": {} }, stage: "my-aws" },
      /stage becomes part of the address where people sign in, .* name the stage otherwise, or set jwt_issuer/,
    ],
    ["an origin with a path", { cors_origins: "https://desk.example/app" }, /cors_origins takes origins such as/],
    ["every origin", { cors_origins: "*" }, /cors_origins takes origins .* without asterisks/],
    ["an origin without TLS", { cors_origins: "http://desk.example" }, /cors_origins takes origins such as https/],
    ["an origin of a port that is none", { cors_origins: "https://a.example:x" }, /cors_origins takes origins such as/],
    [
      "an origin that no browser sends",
      { cors_origins: "https://A.example:443" },
      /cors_origins takes origins such as/,
    ],
    ["a host with a path", { allowed_hosts: "crm.example.com/v1" }, /allowed_hosts takes hosts such as/],
    ["a host with capitals", { allowed_hosts: "CRM.example.com" }, /allowed_hosts takes hosts such as/],
    [
      "more hosts than functions can be told of",
      { allowed_hosts: Array.from({ length: 100 }, (_, place) => `crm-${place}.example.com`) },
      /allowed_hosts takes .* 1200 characters at most/,
    ],
    ["an address for a network", { networks: "10.20.0.0" }, /networks takes networks such as 10\.20\.0\.0\/16/],
    ["locks without a rate", { api_lock_rate_limit: "0" }, /api_lock_rate_limit takes a number/],
    ["locks without a burst", { api_lock_burst_limit: "x" }, /api_lock_burst_limit takes a whole number/],
    [
      "records that go while they are locked",
      { record_keep_days: "30", record_lock_days: "31" },
      /record_keep_days is fewer than record_lock_days.*raise the one or lower the other/,
    ],
    ["records kept for no time", { record_keep_days: "0" }, /record_keep_days takes a whole number of days/],
    ["a stage that nobody described", { stage: "elsewhere" }, /elsewhere.*dev/],
    [
      "a misspelt setting of a stage",
      { stages: { dev: { ...dev, live_enable: true } } },
      /there is no setting live_enable; there are .*live_enabled/,
    ],
    [
      "a retention that CloudWatch does not know",
      { log_retention_days: 15 },
      /log_retention_days takes .*: 1, 3, 5, 7, 14, .*, 3288, 3653; it cannot be 15/,
    ],
  ])("a deployment with %s is refused, with the setting that it is and what that takes", (_, context, message) => {
    expect(() => read(context)).toThrow(BadContext);
    expect(() => read(context)).toThrow(message);
  });

  it("a deployment's logs may be kept for as long as CloudWatch keeps any", () => {
    const known = Object.values(RetentionDays).filter((days) => typeof days === "number");
    for (const days of known) {
      if (days === RetentionDays.INFINITE) expect(() => read({ log_retention_days: days })).toThrow(BadContext);
      else expect(read({ log_retention_days: String(days) })).toMatchObject({ log_retention_days: days });
    }
    expect(known).toContain(RetentionDays.TEN_YEARS);
  });

  it("a deployment's stage may be any where nobody signs in to a pool of the stack's own", () => {
    expect(read({ stages: { "my-aws": dev }, stage: "my-aws" }).stage).toBe("my-aws");
  });

  it("a deployment's configuration names everything that is wrong at once, and where it is set right", () => {
    const wrong = { live_enabled: "on", removal_policy: "keep" };
    expect(() => read(wrong)).toThrow(/live_enabled[\s\S]*removal_policy[\s\S]*cdk\.json under stages\.dev; -c /);
  });

  it.each(Object.keys(settings.shape))(
    "the setting %s that cannot be is refused by its name, beside all that is wrong with others",
    (name) => {
      const beside = { stage: "BAD", ...(name === "live_enabled" ? { seed_sandbox: "x" } : { live_enabled: "x" }) };
      const circle: Record<string, unknown> = {};
      circle.circle = circle;
      for (const wrong of [-5, -0.5, Number.NaN, null, { of: 1 }, [{}], circle, "\n"]) {
        const faults = faultsOfSettings({ ...dev, ...beside, record_keep_days: 1, [name]: wrong });
        const named = faults.map((fault) => fault.split(" ")[0]);
        const all = [name, "stage", name === "live_enabled" ? "seed_sandbox" : "live_enabled"];
        const isAlone = !["record_keep_days", "record_lock_days"].includes(name);
        expect(named.toSorted(), `${String(wrong)}`).toEqual(
          [...new Set([...all, ...(isAlone ? ["record_keep_days"] : [])])].toSorted(),
        );
      }
    },
  );

  it("a deployment's hours and seconds may be none and a fraction, and never fewer than none", () => {
    for (const name of ["duplicate_window_floor_hours", "largest_clock_skew_seconds"]) {
      expect(read({ [name]: 0 })).toMatchObject({ [name]: 0 });
      expect(read({ [name]: "0.5" })).toMatchObject({ [name]: 0.5 });
      expect(() => read({ [name]: -0.5 })).toThrow(`${name} takes a number of`);
    }
  });

  it("a deployment's configuration is documented, setting by setting", () => {
    const page = readFileSync(new URL("../../docs/deploy.md", import.meta.url), "utf8");
    const rows = page.split("\n").filter((line) => line.startsWith("| `"));
    for (const name of Object.keys(settings.shape)) {
      if (name !== "stage")
        expect(
          rows.some((row) => row.split("|")[1]?.includes(`\`${name}\``)),
          name,
        ).toBe(true);
    }
  });
});
