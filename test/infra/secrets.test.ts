import { describe, expect, it } from "vitest";
import { statementsByRole } from "./rendered-policies.ts";
import { synthesise } from "./synthesised-stack.ts";

const { template } = synthesise({ jwt_issuer: undefined, jwt_audience: undefined });
const whole = JSON.stringify(template.toJSON());

/** Names of things, switches and what the issuer writes before a scope: all a function is told. Some wake executions. */
const told = [
  ...[
    "AGENT_REGISTRY",
    "BODIES_BUCKET",
    "BUS_NAME",
    "DEFINITION_DIGEST",
    "DUPLICATE_WINDOW_FLOOR_HOURS",
    "HANDLER",
    "LARGEST_CLOCK_SKEW_SECONDS",
    "LIVE_ENABLED",
    "LOG_DETAILS",
  ],
  ...["NODE_OPTIONS", "SCOPE_PREFIX", "SIGNING_KEY_ID", "STAGE", "STATE_MACHINE_ARN", "TABLE_NAME"],
];
const mayBeTold = new Set([
  ...told,
  "WAKE_FUNCTION",
  "ALLOWED_HOSTS",
  "NETWORKS",
  "WORKER_GROUPS",
  "ORIGINS",
  "ISSUER",
  "CONSOLE_SIGN_IN",
  "CONSOLE_URL",
  "SLACK_PEOPLE",
]);

describe("secrets", () => {
  it("secrets are not among what any function is told: names of things and switches", () => {
    for (const [id, { Properties }] of Object.entries(template.findResources("AWS::Lambda::Function"))) {
      const variables = Object.keys(Properties.Environment.Variables);
      expect(variables, id).toEqual(expect.arrayContaining(told));
      expect(
        variables.filter((name) => !mayBeTold.has(name)),
        id,
      ).toEqual([]);
    }
  });

  it("secrets are written nowhere in the template, nor read into it when it is deployed", () => {
    expect(whole).not.toMatch(/resolve:(secretsmanager|ssm)|SecretString|ClientSecret"|NoEcho/);
    template.resourceCountIs("AWS::SecretsManager::Secret", 0);
  });

  it("secrets of the user pool's clients are read by no function", () => {
    const actions = [...statementsByRole(template).values()].flat().flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /^(cognito-idp|ssm):/.test(action))).toEqual([]);
  });
});
