import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { type HandlerName, handlers } from "../../infra/handlers.ts";
import { namesOf } from "../../infra/names-of.ts";
import { indexes, type Permission, partitions, permissions } from "../../infra/permissions.ts";
import { mayReach, rolesByHandler, statementsByRole, statementsOf } from "./rendered-policies.ts";
import { synthesise } from "./synthesised-stack.ts";

const { template } = synthesise();
const everyone = namesOf(handlers);
const writes = ["PutItem", "UpdateItem", "DeleteItem"];
const everything = ["GetItem", "BatchGetItem", "Query", ...writes];

const whoMay = (actions: readonly string[], key: string): HandlerName[] =>
  everyone.filter((name) => actions.some((action) => mayReach(template, name, action, { key })));
const whoMayAct = (action: string): HandlerName[] =>
  everyone.filter((name) => statementsOf(template, name).some(({ Action }) => Action.includes(action)));

describe("what a function may reach in the table", () => {
  it("MOCK is kept away from every target", () => {
    for (const action of everything)
      expect(mayReach(template, "Mock", action, { key: "WORLD#ghl_contacts" })).toBe(false);
  });

  it("DRY_RUN may read a target and never write one", () => {
    expect(mayReach(template, "DryRun", "GetItem", { key: "WORLD#ghl_contacts" })).toBe(true);
    for (const action of writes)
      expect(mayReach(template, "DryRun", action, { key: "WORLD#ghl_contacts" })).toBe(false);
    expect(mayReach(template, "Try", "GetItem", { key: "WORLD#ghl_contacts" })).toBe(true);
  });

  it("only LIVE and roll back may write to a target, once a first deployment has filled it", () => {
    expect(whoMay(writes, "WORLD#ghl_contacts")).toEqual(["Live", "RollBack", "Prepare"]);
  });

  it.each(["ledger", "lease", "semaphore", "bucket", "inflight", "token"] as const)(
    "MOCK and DRY_RUN are kept away from %s rows",
    (family) => {
      for (const name of ["Mock", "DryRun"]) {
        for (const action of everything) {
          expect(mayReach(template, name, action, { key: `${partitions[family]}x` }), `${name} ${action}`).toBe(false);
        }
      }
    },
  );

  it("only LIVE and roll back may write an intent", () => {
    expect(whoMay(["PutItem"], `${partitions.ledger}x`)).toEqual(["Live", "RollBack"]);
  });

  it("nobody may delete what the ledger says", () => {
    expect(whoMay(["DeleteItem"], `${partitions.ledger}x`)).toEqual([]);
  });

  it("nobody may delete an event, an approval, an execution or a step", () => {
    for (const family of ["audit", "approval", "execution", "step", "submission"] as const) {
      expect(whoMay(["DeleteItem"], `${partitions[family]}x`), family).toEqual([]);
    }
  });

  it("nobody may change an audit event that was appended by updating it", () => {
    expect(whoMay(["UpdateItem"], `${partitions.audit}x`)).toEqual([]);
  });

  it("AwaitApproval may put the task token, Wake read and remove it, and nobody else see it", () => {
    const key = `${partitions.token}x`;
    expect(whoMay(["PutItem"], key)).toEqual(["AwaitApproval"]);
    expect(whoMay(["GetItem", "BatchGetItem", "Query", "DeleteItem"], key)).toEqual(["Wake"]);
    expect(whoMay(["UpdateItem"], key)).toEqual([]);
  });

  it("only Act may lock and unlock", () => {
    expect(whoMay(writes, `${partitions.lock}x`)).toEqual(["Act"]);
  });

  it("only Administer may change contracts and agents, once a first deployment has brought the standard ones", () => {
    expect(whoMay(writes, `${partitions.contract}x`)).toEqual(["Administer", "Prepare"]);
    expect(whoMay(writes, `${partitions.agent}x`)).toEqual(["Administer"]);
  });

  it("a tool that changed may be accepted by the function of the registries alone", () => {
    expect(whoMay(writes, "ACCEPTED#crm_set")).toEqual(["Administer"]);
    expect(whoMay(writes, "DEFINITION#crm_set")).toEqual(["DryRun", "Live", "RollBack", "Call", "Mcp", "Try"]);
  });

  it("a function that only moves steps is kept away from the execution's record", () => {
    for (const name of ["Mock", "DryRun", "Live", "RollBack", "ReadOutcome"]) {
      for (const action of writes) {
        expect(mayReach(template, name, action, { key: `${partitions.execution}x` }), `${name} ${action}`).toBe(false);
      }
    }
  });

  it("a request that names no partition key is refused, and so is a scan", () => {
    for (const name of everyone) {
      for (const action of [...everything, "Scan"]) {
        expect(mayReach(template, name, action, { key: undefined }), `${name} ${action}`).toBe(false);
        expect(mayReach(template, name, action, { key: undefined, index: true }), `${name} ${action}`).toBe(false);
      }
    }
  });

  it("each function is granted exactly its line of the permission table", () => {
    const letters = { r: ["GetItem", "BatchGetItem", "Query"], p: ["PutItem"], u: ["UpdateItem"], d: ["DeleteItem"] };
    for (const name of everyone) {
      const line: Permission = permissions[name];
      for (const family of namesOf(partitions)) {
        for (const letter of namesOf(letters)) {
          const expected = line.rows[family]?.includes(letter) ?? false;
          for (const action of letters[letter]) {
            const granted = mayReach(template, name, action, { key: `${partitions[family]}x` });
            expect(granted, `${name} ${action} ${family}`).toBe(expected);
          }
        }
      }
      for (const entry of namesOf(indexes)) {
        const granted = mayReach(template, name, "Query", { key: `${indexes[entry]}x`, index: true });
        expect(granted, `${name} index ${entry}`).toBe(line.index?.includes(entry) ?? false);
      }
    }
  });

  it("families of rows are told apart: no prefix begins another", () => {
    const prefixes = Object.values(partitions);
    for (const one of prefixes) {
      expect(
        prefixes.filter((other) => other !== one && other.startsWith(one)),
        one,
      ).toEqual([]);
    }
  });
});

const invocations = (name: HandlerName) =>
  statementsOf(template, name).filter(({ Action }) => Action.includes("lambda:InvokeFunction"));

/** An ARN of this account and region as the template writes it. */
const own = (service: string, name: string) => ({
  "Fn::Join": [
    "",
    [
      "arn:",
      { Ref: "AWS::Partition" },
      `:${service}:`,
      { Ref: "AWS::Region" },
      ":",
      { Ref: "AWS::AccountId" },
      `:${name}`,
    ],
  ],
});

const DESCRIBE = "secretsmanager:DescribeSecret";

describe("what a function may use of what tools act on outside of Buddy", () => {
  const secretsOf = (name: HandlerName, action = name === "Administer" ? DESCRIBE : "secretsmanager:GetSecretValue") =>
    statementsOf(template, name)
      .filter(({ Action }) => Action.some((each) => each.startsWith("secretsmanager:")))
      .filter(({ Resource }) => !isDeepStrictEqual(Resource, [ofAddresses]))
      .flatMap(({ Action, Resource }) => {
        expect(Action, name).toEqual([action]);
        return Resource;
      });
  const ofAddresses = own("secretsmanager", "secret:buddy/test/webhook/*");
  const reading = own("secretsmanager", "secret:buddy/test/read/*");
  const writing = own("secretsmanager", "secret:buddy/test/write/*");
  const asks = (tag: string) => ({
    Resource: [own("lambda", "function:*")],
    Condition: { StringEquals: { [`aws:ResourceTag/${tag}`]: "test" } },
  });

  it("DRY_RUN may read the secrets for reading and no other, LIVE and roll back both, MOCK none", () => {
    expect(secretsOf("DryRun", "secretsmanager:GetSecretValue")).toEqual([reading]);
    expect(secretsOf("Try", "secretsmanager:GetSecretValue")).toEqual([reading]);
    expect(secretsOf("Live", "secretsmanager:GetSecretValue")).toEqual([reading, writing]);
    expect(secretsOf("RollBack", "secretsmanager:GetSecretValue")).toEqual([reading, writing]);
    expect(secretsOf("Mock", "secretsmanager:GetSecretValue")).toEqual([]);
  });

  it("nobody else may read a tool's secret, nor anybody make, change or list one", () => {
    const mayRead = everyone.filter((name) => secretsOf(name).length > 0);
    expect(mayRead.toSorted()).toEqual(["Administer", "Call", "DryRun", "Live", "Mcp", "RollBack", "Try"]);
    expect(secretsOf("Administer", "secretsmanager:DescribeSecret")).toHaveLength(2);
  });

  it("who tells addresses may read their secrets, who keeps the registries make and remove them, nobody else", () => {
    const ofWebhooks = everyone.flatMap((name) =>
      statementsOf(template, name)
        .filter(({ Resource }) => isDeepStrictEqual(Resource, [ofAddresses]))
        .map(({ Action }) => [name, Action.map((each) => each.replace("secretsmanager:", ""))]),
    );
    expect(Object.fromEntries(ofWebhooks)).toEqual({
      Administer: ["CreateSecret", "DeleteSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"],
      Deliver: ["GetSecretValue"],
      Slack: ["GetSecretValue"],
    });
  });

  it("who takes contracts may see whether a secret is there, and not its text", () => {
    expect(whoMayAct("secretsmanager:DescribeSecret")).toEqual(["Administer"]);
    expect(secretsOf("Administer", "secretsmanager:DescribeSecret")).toEqual([reading, writing]);
  });

  it("functions of the team may be invoked by their tag only: DRY_RUN asks those that read, LIVE and roll back both", () => {
    const byTag = (name: HandlerName) => invocations(name).filter(({ Condition }) => Condition !== undefined);
    expect(byTag("DryRun")).toMatchObject([asks("buddy:tool-read")]);
    expect(byTag("Try")).toMatchObject([asks("buddy:tool-read")]);
    expect(byTag("Live")).toMatchObject([asks("buddy:tool-read"), asks("buddy:tool")]);
    expect(byTag("RollBack")).toMatchObject([asks("buddy:tool-read"), asks("buddy:tool")]);
    expect(everyone.filter((name) => byTag(name).length > 0)).toEqual([
      "DryRun",
      "Live",
      "RollBack",
      "Call",
      "Mcp",
      "Try",
    ]);
  });
});

describe("what a function may do elsewhere", () => {
  it("only Submit, Call, Mcp, Act, Slack, Continue and Sweep may start a run", () => {
    expect(whoMayAct("states:StartExecution").toSorted()).toEqual([
      "Act",
      "Call",
      "Continue",
      "Mcp",
      "Slack",
      "Submit",
      "Sweep",
    ]);
  });

  it("Wake may end a wait, and AwaitApproval the one it is about to begin", () => {
    expect(whoMayAct("states:SendTaskSuccess").toSorted()).toEqual(["AwaitApproval", "Wake"]);
  });

  it("those may ask Wake who act, sweep, or give back a slot that somebody waits for, and no function any other", () => {
    const wake = { "Fn::GetAtt": [expect.stringMatching(/^HandlersWakeFunction/), "Arn"] };
    const asking = everyone.filter((name) => invocations(name).some(({ Condition }) => Condition === undefined));
    expect(asking.toSorted()).toEqual(["Act", "Call", "Live", "Mcp", "RollBack", "Slack", "Sweep"]);
    for (const name of asking) {
      const named = invocations(name).filter(({ Condition }) => Condition === undefined);
      expect(named.map(({ Resource }) => Resource)).toEqual([[wake]]);
    }
  });

  it("only those may sign a manifest who publish one", () => {
    expect(whoMayAct("kms:Sign").toSorted()).toEqual(["Artifacts", "Call", "Finalise", "Mcp"]);
  });

  it("nobody may stop a run", () => {
    expect(whoMayAct("states:StopExecution")).toEqual([]);
  });

  it("nobody may delete or unlock what is in the bucket", () => {
    const actions = everyone.flatMap((name) => statementsOf(template, name).flatMap(({ Action }) => Action));
    expect(
      actions.filter((action) => /^s3:(Delete|Bypass|PutObjectRetention|PutObjectLegalHold)/.test(action)),
    ).toEqual([]);
  });

  it("every function has a role of its own", () => {
    const roles = rolesByHandler(template);
    expect([...roles.keys()].toSorted()).toEqual(everyone.toSorted());
    expect(new Set(roles.values()).size).toBe(everyone.length);
  });

  it("nobody may read a run's history, which holds the task token as well", () => {
    expect(whoMayAct("states:GetExecutionHistory")).toEqual([]);
    expect(whoMayAct("states:DescribeExecution")).toEqual([]);
  });

  it("the policies of one role fit into what IAM takes: 10,240 characters", () => {
    for (const [role, statements] of statementsByRole(template)) {
      expect(JSON.stringify(statements).length, role).toBeLessThan(10_240);
    }
  });

  it("no managed policy is used, whose permissions would be nobody's decision here", () => {
    for (const role of Object.values(template.findResources("AWS::IAM::Role"))) {
      expect(role.Properties).not.toHaveProperty("ManagedPolicyArns");
      // Those beside the role are what the tests read.
      expect(role.Properties).not.toHaveProperty("Policies");
    }
  });
});
