import { describe, expect, it } from "vitest";
import { z } from "zod";
import { MAX_TOLD_TOGETHER } from "../../infra/deployment-config.ts";
import { BadSettings, readSettings } from "../../infra/read-settings.ts";
import { synthesise } from "./synthesised-stack.ts";

/** Lambda takes so many bytes of variables of one function, as JSON. */
const LAMBDA_TAKES = 4_096;
/** Names that CloudFormation gives may be so long, of a table and of a bus; ARNs and addresses of the stack's own are shorter. */
const LONGEST_NAME = 255;
const LONGEST_OTHER = 128;

const variables = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) });

/** The most that each function may be told, by its name, once the stack's own names are put in. */
const told = (settings: Record<string, unknown>): (readonly [string, number])[] => {
  const { template } = synthesise(settings);
  return Object.values(template.findResources("AWS::Lambda::Function")).flatMap(({ Properties }) => {
    const parsed = variables.safeParse(Properties);
    if (!parsed.success) return [];
    const { Variables } = parsed.data.Environment;
    const put = Object.entries(Variables).map(([name, value]) => {
      const longest = ["TABLE_NAME", "BUS_NAME"].includes(name) ? LONGEST_NAME : LONGEST_OTHER;
      return [name, typeof value === "string" ? value : "x".repeat(longest)];
    });
    return [[String(Variables.HANDLER), Buffer.byteLength(JSON.stringify(Object.fromEntries(put)))] as const];
  });
};

const longStage = { stage: "a2345678901234567890" };
const ISSUER = "https://issuer.example/";
const filled = (beginning: string, bytes: number): string => beginning.padEnd(bytes, "x");
const jwt = { jwt_issuer: ISSUER, jwt_audience: ["buddy"] };
/** As many of a list as have so many bytes, commas between them. */
const listOf = (bytes: number, entry: (place: number) => string): string[] => {
  const entries: string[] = [];
  for (let sum = 0; ; ) {
    const next = entry(entries.length);
    sum += Buffer.byteLength(next) + 1;
    if (sum > bytes) return entries;
    entries.push(next);
  }
};
const hosts = listOf(1_200, (place) => `crm-${place}.example.com`);
const networks = listOf(1_200, (place) => `10.${place}.0.0/16`);
const people = (bytes: number, name: string) => listOf(bytes, (place) => `U0${String(place).padStart(9, "0")}=${name}`);
const origins = (bytes: number) => listOf(bytes, (place) => `https://desk-${place}.team.example.com`);
const workers = Array.from({ length: 10 }, (_, place) => `g${place}`.padEnd(32, "x"));
const signIn = (bytes: number) => ({
  ...{ authorize_url: "https://in.example/authorize", token_url: "https://in.example/token" },
  ...{ client_id: "console", scopes: listOf(bytes, (place) => `api://buddy/${place}`) },
});

describe("what functions are told of settings", () => {
  it.each([
    ["hosts and networks", { allowed_hosts: hosts, networks, worker_groups: workers }],
    ["members of Slack", { slack_people: people(MAX_TOLD_TOGETHER, "person.1") }],
    ["members of Slack by names of other scripts", { slack_people: people(MAX_TOLD_TOGETHER, "営業担当者") }],
    ["origins", { cors_origins: origins(MAX_TOLD_TOGETHER - ISSUER.length) }],
    ["a collector", { otlp_endpoint: filled("https://otlp.example/", MAX_TOLD_TOGETHER - ISSUER.length) }],
    ["an issuer", { jwt_issuer: filled(ISSUER, MAX_TOLD_TOGETHER) }],
    ["a prefix", { scope_prefix: "x".repeat(27), allowed_hosts: hosts, worker_groups: workers }],
    ["a way to sign in", { console_sign_in: signIn(1_770) }],
  ])("every function can be told of the most %s that are taken", (_, settings) => {
    const above = told({ ...longStage, ...settings }).filter(([, bytes]) => bytes > LAMBDA_TAKES);
    expect(above).toEqual([]);
  });

  it.each([
    ["members of Slack", { slack_people: people(2_600, "person.1") }, /^slack_people \(\d+\) take 2450 bytes at most/m],
    [
      "members beside hosts",
      { slack_people: people(1_300, "a"), allowed_hosts: hosts },
      /^allowed_hosts .*slack_people/m,
    ],
    ["bytes, not signs", { slack_people: people(3_000, "営業担当者") }, /^slack_people \(2\d\d\d\)/m],
    ["origins", { cors_origins: origins(2_500) }, /cors_origins \(2\d+\), jwt_issuer \(23\) take 2450 bytes/],
    [
      "origins beside hosts",
      { cors_origins: origins(1_300), allowed_hosts: hosts },
      /allowed_hosts \(.*cors_origins \(/,
    ],
    ["a collector", { otlp_endpoint: filled("https://otlp.example/", 2_440) }, /otlp_endpoint \(2440/],
    ["an issuer", { jwt_issuer: filled(ISSUER, 2_451) }, /jwt_issuer \(2451/],
    ["a prefix", { scope_prefix: "x".repeat(47) }, /scope_prefix and the scope executions:operate take 64 .* be 65/],
    [
      "a prefix before a group of workers",
      { scope_prefix: `api://${"0".repeat(36)}/`, worker_groups: ["desk-of-customer-care"] },
      /scope_prefix and the scope work:desk-of-customer-care take 64 .* be 69: shorten the prefix or the name/,
    ],
    ["a way to sign in", { console_sign_in: signIn(2_400) }, /console_sign_in \(\d+\) take/],
    [
      "audiences",
      { jwt_audience: Array.from({ length: 51 }, (_, place) => `a${place}`) },
      /jwt_audience takes .* 50 at most/,
    ],
    [
      "ways back",
      { sign_in_callbacks: Array.from({ length: 100 }, (_, place) => `https://a.example/${place}`) },
      /sign_in_callbacks takes .* 99 at most/,
    ],
  ])("more %s than can be told are refused by name, before anything is made", (_, settings, message) => {
    const reading = () => readSettings({ stage: "dev", ...jwt, ...settings });
    expect(reading).toThrow(BadSettings);
    expect(reading).toThrow(message);
  });
});
