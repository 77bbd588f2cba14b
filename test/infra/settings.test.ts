import { describe, expect, it } from "vitest";
import { settings } from "../../infra/settings.ts";
import { synthesise } from "./synthesised-stack.ts";

const pool = { jwt_issuer: undefined, jwt_audience: undefined };

/** Of each setting: another value than its default, and the stage it shows in. */
const changes: Readonly<Record<string, { readonly to: unknown; readonly beside?: Record<string, unknown> }>> = {
  stage: { to: "other" },
  live_enabled: { to: true },
  jwt_issuer: { to: "https://other.example/" },
  jwt_audience: { to: ["other"] },
  scope_prefix: { to: "api://buddy/" },
  console_sign_in: {
    to: {
      ...{ authorize_url: "https://in.example/authorize", token_url: "https://in.example/token" },
      ...{ client_id: "console", scopes: ["read"] },
    },
  },
  sign_in_mfa: { to: "optional", beside: pool },
  sign_in_callbacks: { to: ["https://app.example/back"], beside: pool },
  allowed_hosts: { to: ["crm.example.com"] },
  networks: { to: ["10.20.0.0/16"] },
  otlp_endpoint: { to: "https://collector.b.example" },
  seed_sandbox: { to: false },
  agent_registry: { to: "open" },
  duplicate_window_floor_hours: { to: 24 },
  largest_clock_skew_seconds: { to: 10 },
  removal_policy: { to: "destroy" },
  log_retention_days: { to: 30 },
  log_details: { to: true },
  record_lock_days: { to: 3 },
  record_lock_mode: { to: "COMPLIANCE" },
  record_keep_days: { to: 400 },
  api_rate_limit: { to: 40 },
  api_burst_limit: { to: 60 },
  api_act_rate_limit: { to: 4 },
  api_act_burst_limit: { to: 6 },
  act_reserved_concurrency: { to: 5 },
  api_lock_rate_limit: { to: 300 },
  api_lock_burst_limit: { to: 500 },
  cors_origins: { to: ["https://desk.b.example"] },
  alarm_email: { to: "alarms@b.example" },
  approvals_email: { to: "approvers@b.example" },
  slack_people: { to: ["U012AB3CD=alice"] },
  approvals_page: { to: "https://desk.b.example/requests/" },
  worker_groups: { to: ["crm"] },
  agents: { to: ["research"], beside: pool },
};

const json = (config: Record<string, unknown>) => JSON.stringify(synthesise(config).template.toJSON());

const asItStands = json({});
const withPool = json(pool);

describe("a setting", () => {
  it.each(Object.entries(changes))("the setting %s changes what is deployed", (name, { to, beside }) => {
    expect(json({ ...beside, [name]: to })).not.toBe(beside === undefined ? asItStands : withPool);
  });

  it("no setting has an effect that is not looked at here", () => {
    expect(Object.keys(changes).toSorted()).toEqual(Object.keys(settings.shape).toSorted());
  });

  it.each([
    ["approvals_email", "People"],
    ["alarm_email", "Alarms"],
  ])("the setting %s subscribes that address, and nobody unless it is set", (name, part) => {
    const subscribed = (config: Record<string, unknown>) =>
      Object.entries(synthesise(config).template.findResources("AWS::SNS::Subscription")).map(
        ([id, { Properties }]) => [id.startsWith(part), Properties.Protocol, Properties.Endpoint],
      );
    expect(subscribed({})).toEqual([]);
    expect(subscribed({ [name]: "one@b.example" })).toEqual([[true, "email", "one@b.example"]]);
  });

  it("removal_policy keeps records, logs, accounts and the signing key, or lets all of them go", () => {
    const fates = (removal_policy: string) => {
      const { template } = synthesise({ ...pool, removal_policy });
      const kinds = ["AWS::DynamoDB::Table", "AWS::Logs::LogGroup", "AWS::Cognito::UserPool", "AWS::KMS::Key"];
      return new Set(
        kinds.flatMap((kind) =>
          Object.entries(template.findResources(kind))
            .filter(([id]) => !id.startsWith("RecordsKey"))
            .map(([, { DeletionPolicy }]) => DeletionPolicy),
        ),
      );
    };
    expect(fates("retain")).toEqual(new Set(["Retain"]));
    expect(fates("destroy")).toEqual(new Set(["Delete"]));
  });
});
