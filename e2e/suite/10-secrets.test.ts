import { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { beforeAll, describe, expect, it } from "vitest";
import { managedSecretNames } from "../../functions/adapters/secrets-manager/secret-names.ts";
import { managedSecrets } from "../../functions/adapters/secrets-manager/secrets.ts";
import { problem } from "../../functions/api/schemas.ts";
import { Client } from "../client/api.ts";
import { aws, type Deployment, readDeployment } from "../client/deployment.ts";
import { signIn } from "../client/people.ts";

const bearer = { as: "bearer", secret: "e2e-crm" };
const contract = {
  tool_name: "e2e_find",
  risk_level: "LOW",
  reversible: true,
  timeout_seconds: 5,
  requires_approval: false,
  approvals_required: 0,
  outcome_resolution: "OPAQUE",
  binding: {
    kind: "http",
    hosts: ["crm.example.com"],
    call: { method: "GET", url: "https://crm.example.com/contacts", auth: bearer },
  },
};

describe("secrets of a deployment", () => {
  let at: Deployment;
  let alice: Client;
  let manager: SecretsManagerClient;
  beforeAll(async () => {
    at = readDeployment();
    alice = new Client(at, await signIn(at, "alice"));
    manager = new SecretsManagerClient(aws(at));
  });

  const rules = async (): Promise<string[]> => {
    const { status, body } = await alice.send("PUT", "/contracts/e2e_find", contract);
    expect(status).toBe(400);
    return problem.parse(body).violations?.map(({ rule }) => rule) ?? [];
  };

  it("secrets are missed by who takes contracts as long as they are not there, and their texts are read by name", async () => {
    expect(await rules()).toEqual(["binding_allowed_hosts", "binding_secrets"]);
    const name = "buddy/dev/read/e2e-crm";
    await manager.send(new CreateSecretCommand({ Name: name, SecretString: "a text of some length\n" }));
    expect(await rules()).toEqual(["binding_allowed_hosts"]);
    expect(await managedSecrets(manager, "dev", "read").get("e2e-crm")).toBe("a text of some length");
    expect(await managedSecrets(manager, "dev", "write").get("e2e-crm")).toBeUndefined();
    const names = managedSecretNames(manager, "dev");
    expect([await names.has("read", "e2e-crm"), await names.has("write", "e2e-crm")]).toEqual([true, false]);
    await manager.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
    expect(await rules()).toEqual(["binding_allowed_hosts", "binding_secrets"]);
  });
});
