import { Validations } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import { rulePacks } from "../../infra/rule-packs.ts";
import { synthesise, synthesiseIn } from "./synthesised-stack.ts";

type Acknowledgement = { readonly at: string; readonly id: string; readonly reason: string };

/**
 * Everything a stage can have, in two stages: what stands in one of them only must be there to be looked at. And one whose
 * region is known, and one whose account is, too: findings show both.
 */
const stages = [
  { jwt_issuer: undefined, jwt_audience: undefined, alarm_email: "a@b.example", approvals_email: "a@b.example" },
  { sign_in_mfa: "optional", removal_policy: "destroy", record_lock_mode: "COMPLIANCE" },
]
  .map((overrides) => synthesise(overrides).app)
  .concat(synthesiseIn("eu-central-1").app, synthesiseIn("us-gov-west-1", {}).app);

/** The findings of the packs, as an acknowledgement names them; the packs know only names without a prefix. */
const findings = stages.flatMap((app) =>
  rulePacks(app).flatMap((pack) =>
    pack
      .validateScope(app)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath = "" }) => ({ at: constructPath, id: `${pack.name}::${ruleName}` })),
      ),
  ),
);

const acknowledgements = stages.flatMap((app) =>
  app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries<string>(data))
      .map(([id, reason]): Acknowledgement => ({ at: node.path, id, reason })),
  ),
);

const covers = (one: Acknowledgement, finding: { at: string; id: string }): boolean =>
  one.id === finding.id && (finding.at === one.at || finding.at.startsWith(`${one.at}/`));

describe("what the rule packs find in the stack", () => {
  it("a finding of the rule packs is acknowledged with a reason where the resource is made, or is not there", () => {
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter((finding) => !acknowledgements.some((one) => covers(one, finding)))).toEqual([]);
  });

  it("a finding is still there for every acknowledgement: none outlives what it is for", () => {
    expect(acknowledgements.filter((one) => !findings.some((finding) => covers(one, finding)))).toEqual([]);
  });

  it("a finding is acknowledged by a sentence, never for a whole stack", () => {
    for (const { at, id, reason } of acknowledgements) {
      expect(reason, `${at} ${id}`).toMatch(/^[A-Z].{20,}\.$/s);
      expect(at, id).toContain("/");
    }
  });

  it("findings are looked for by the packs of security and of serverless operation", () => {
    expect(stages.flatMap((app) => rulePacks(app).map(({ name }) => name))).toEqual(
      stages.flatMap(() => ["AwsSolutions", "Serverless"]),
    );
  });
});
