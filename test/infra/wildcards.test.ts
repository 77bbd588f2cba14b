import { describe, expect, it } from "vitest";
import { statementsByRole } from "./rendered-policies.ts";
import { synthesise } from "./synthesised-stack.ts";

const { template } = synthesise();
const statements = [...statementsByRole(template)].flatMap(([role, own]) => own.map((one) => ({ role, ...one })));

/** Every action that is allowed on all resources, and why it cannot be less. */
const nameless = {
  "a trace belongs to no resource": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
  "which share of requests is traced is a setting of the account": ["xray:GetSamplingRules", "xray:GetSamplingTargets"],
  "the delivery of a state machine's log is set up by the account, before it has a name": [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
  ],
};

/** Every resource whose name ends in an asterisk, and why it cannot be named whole. */
const unfinished = {
  "an object's name begins with its execution, whose id is not known before it is submitted": [
    "/artifacts/*",
    "/bodies/*",
  ],
  "a tool's secret is made by the team, by a name that its contract gives": [
    ":secret:buddy/test/read/*",
    ":secret:buddy/test/write/*",
  ],
  "an address that is told of events is registered, with its secret, when Buddy runs": [":secret:buddy/test/webhook/*"],
  "a tool's function is the team's own: its tag says that it is one": [":function:*"],
};

/** The last piece of a resource as the template writes it. */
const ending = (resource: unknown): string => (/"?([^"]*\*)"?[\]}]*$/.exec(JSON.stringify(resource)) ?? [])[1] ?? "";

describe("what a role is allowed", () => {
  it("each role names its actions one by one", () => {
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
  });

  it("a role is allowed an action on all resources only where the action knows none", () => {
    const found = statements.flatMap(({ Action, Resource }) => (Resource.includes("*") ? Action : []));
    expect([...new Set(found)].toSorted()).toEqual(Object.values(nameless).flat().toSorted());
  });

  it("a role is allowed part of a name only where what is named is not there yet when this is deployed", () => {
    const found = statements.flatMap(({ Resource }) => Resource.filter((one) => one !== "*")).map(ending);
    expect([...new Set(found.filter((end) => end !== ""))].toSorted()).toEqual(
      Object.values(unfinished).flat().toSorted(),
    );
  });
});
