import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
  SecretsManagerServiceException,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { managedSecretNames } from "../../../../functions/adapters/secrets-manager/secret-names.ts";
import { managedSecrets } from "../../../../functions/adapters/secrets-manager/secrets.ts";
import { managedWebhookSecrets } from "../../../../functions/adapters/secrets-manager/webhook-secrets.ts";
import { mockedClient } from "../../../harness/mocked-client.ts";
import { secretNamesSuite, secretsSuite } from "../../../ports/secrets.ts";

const manager = mockedClient(SecretsManagerClient);
beforeEach(() => {
  manager.reset();
});

type Families = { readonly [family in "read" | "write"]: { readonly [name: string]: string } };
const none = () => new ResourceNotFoundException({ $metadata: {}, message: "there is none" });

/** Secrets Manager with these of stage `dev`, and one of another stage. */
const keep = (families: Families): void => {
  const kept = new Map([["buddy/prod/read/none", "of another stage"]]);
  for (const family of ["read", "write"] as const) {
    for (const [name, text] of Object.entries(families[family])) kept.set(`buddy/dev/${family}/${name}`, text);
  }
  manager.on(GetSecretValueCommand).callsFake(({ SecretId }: { SecretId: string }) => {
    const SecretString = kept.get(SecretId);
    if (SecretString === undefined) throw none();
    return { SecretString };
  });
  manager.on(DescribeSecretCommand).callsFake(({ SecretId }: { SecretId: string }) => {
    if (!kept.has(SecretId)) throw none();
    return { Name: SecretId };
  });
};

const secretsOf = (family: "read" | "write" = "write") => managedSecrets(new SecretsManagerClient({}), "dev", family);

secretsSuite("in Secrets Manager", async (families) => {
  keep(families);
  return { read: secretsOf("read"), write: secretsOf("write") };
});

secretNamesSuite("in Secrets Manager", async (families) => {
  keep(families);
  return managedSecretNames(new SecretsManagerClient({}), "dev");
});

describe("a secret of Secrets Manager", () => {
  const fails = (name: string) =>
    new SecretsManagerServiceException({
      name,
      message: "arn:aws:iam::123456789012:role/x is not authorized on arn:aws:secretsmanager:secret",
      $fault: "client",
      $metadata: {},
    });

  it.each([
    ["AccessDeniedException", "this function may not read it"],
    ["DecryptionFailure", "the key that it is encrypted with does not decrypt it for this function"],
    ["InvalidRequestException", "it is marked for deletion, or has no value yet"],
    ["ThrottlingException", "Secrets Manager has no room for more requests just now"],
    ["InternalServiceError", "Secrets Manager answered InternalServiceError"],
  ])(
    "a secret of Secrets Manager that is answered with %s is said to be withheld, without the names in the answer",
    async (name, words) => {
      manager.on(GetSecretValueCommand).rejects(fails(name));
      await expect(secretsOf().get("crm")).rejects.toMatchObject({ name: "SecretWithheld", message: words });
    },
  );

  it("a secret of Secrets Manager is said to be out of reach where nobody answered", async () => {
    manager.on(GetSecretValueCommand).rejects(new TypeError("socket of 10.0.0.1"));
    await expect(secretsOf().get("crm")).rejects.toThrow("Secrets Manager was not reached");
  });

  it("a secret of Secrets Manager that holds bytes is refused in words, not taken for text", async () => {
    manager.on(GetSecretValueCommand).resolves({ SecretBinary: Buffer.from("text, but as bytes") });
    await expect(secretsOf().get("crm")).rejects.toThrow("it holds bytes: put it there as text");
  });

  it("a secret of Secrets Manager loses the end of its line, with which a file ends, and no more than that", async () => {
    manager.on(GetSecretValueCommand).resolves({ SecretString: " a text of some length\n\n" });
    expect(await secretsOf().get("crm")).toBe(" a text of some length\n");
  });

  it("a secret of Secrets Manager is fetched once a minute, and one that was not there is asked for again at once", async () => {
    vi.useFakeTimers({ now: Date.parse("2026-03-02T09:00:00Z") });
    try {
      manager.on(GetSecretValueCommand).rejectsOnce(none()).resolves({ SecretString: "the first text" });
      const secrets = secretsOf();
      expect(await secrets.get("crm")).toBeUndefined();
      expect(await secrets.get("crm")).toBe("the first text");
      manager.on(GetSecretValueCommand).resolves({ SecretString: "its successor" });
      vi.advanceTimersByTime(59_000);
      expect(await secrets.get("crm")).toBe("the first text");
      vi.advanceTimersByTime(2_000);
      expect(await secrets.get("crm")).toBe("its successor");
    } finally {
      vi.useRealTimers();
    }
  });

  it("a secret of Secrets Manager that is marked for deletion is not there any more where contracts are taken", async () => {
    manager.on(DescribeSecretCommand).resolves({ Name: "buddy/dev/read/crm", DeletedDate: new Date(0) });
    expect(await managedSecretNames(new SecretsManagerClient({}), "dev").has("read", "crm")).toBe(false);
  });
});

describe("secrets of addresses that are told of events", () => {
  const secret = { signing: "whsec_MQ==", previous: null, url: "https://a.example/", slack_signing_secret: null };

  it("secrets of addresses that are told of events are kept one by one under the stage's name, replaced, removed at once", async () => {
    const kept = new Map<string, string | undefined>();
    const missing = (SecretId: string) => {
      if (!kept.has(SecretId)) throw none();
    };
    manager.on(CreateSecretCommand).callsFake(({ Name, SecretString }) => {
      if (kept.has(Name)) throw new ResourceExistsException({ $metadata: {}, message: "there is one" });
      kept.set(Name, SecretString);
    });
    manager.on(PutSecretValueCommand).callsFake(({ SecretId, SecretString }) => {
      missing(SecretId);
      kept.set(SecretId, SecretString);
    });
    manager.on(GetSecretValueCommand).callsFake(({ SecretId }) => {
      missing(SecretId);
      return { SecretString: kept.get(SecretId) };
    });
    manager.on(DeleteSecretCommand).callsFake(({ SecretId, ForceDeleteWithoutRecovery }) => {
      missing(SecretId);
      if (ForceDeleteWithoutRecovery === true) kept.delete(SecretId);
    });
    const secrets = managedWebhookSecrets(new SecretsManagerClient({}), "dev");
    expect(await secrets.get("w1")).toBeUndefined();
    await secrets.put("w1", secret);
    await secrets.put("w1", { ...secret, signing: "whsec_Mg==" });
    expect([...kept.keys()]).toEqual(["buddy/dev/webhook/w1"]);
    expect(await secrets.get("w1")).toEqual({ ...secret, signing: "whsec_Mg==" });
    await secrets.remove("w1");
    await secrets.remove("w1");
    expect(await secrets.get("w1")).toBeUndefined();
  });

  it("the secret of an address is replaced on condition: of two who read the same, the second is told that it moved", async () => {
    const versions = new Map([["v0", JSON.stringify(secret)]]);
    let current = "v0";
    manager.on(GetSecretValueCommand).callsFake(() => ({ SecretString: versions.get(current), VersionId: current }));
    manager.on(PutSecretValueCommand).callsFake(({ SecretString, VersionStages }) => {
      expect(VersionStages).not.toContain("AWSCURRENT");
      const VersionId = `v${versions.size}`;
      versions.set(VersionId, SecretString);
      return { VersionId };
    });
    manager.on(UpdateSecretVersionStageCommand).callsFake(({ VersionStage, MoveToVersionId, RemoveFromVersionId }) => {
      expect(VersionStage).toBe("AWSCURRENT");
      const attached = "the staging label is attached to another version";
      if (RemoveFromVersionId !== current) throw new InvalidParameterException({ $metadata: {}, message: attached });
      current = MoveToVersionId;
    });
    const secrets = managedWebhookSecrets(new SecretsManagerClient({}), "dev");
    const replace = (signing: string) => secrets.replace("w1", { ...secret, signing }, secret);
    const both = await Promise.all([replace("whsec_Mg=="), replace("whsec_Mw==")]);
    expect(both.toSorted()).toEqual(["moved", "replaced"]);
    expect(await secrets.get("w1")).toMatchObject({ signing: both[0] === "replaced" ? "whsec_Mg==" : "whsec_Mw==" });
    expect(await replace("whsec_NA==")).toBe("moved");
  });

  it("the secret of an address that cannot be replaced for another reason says so, and one that is gone stays so", async () => {
    manager.on(GetSecretValueCommand).resolves({ SecretString: JSON.stringify(secret), VersionId: "v0" });
    manager.on(PutSecretValueCommand).resolves({ VersionId: "v1" });
    const wrong = new InvalidParameterException({ $metadata: {}, message: "wrong in itself" });
    manager.on(UpdateSecretVersionStageCommand).rejects(wrong);
    const secrets = managedWebhookSecrets(new SecretsManagerClient({}), "dev");
    await expect(secrets.replace("w1", secret, secret)).rejects.toThrow();
    manager.on(GetSecretValueCommand).rejects(none());
    expect(await secrets.replace("w1", secret, secret)).toBe("moved");
  });
});
