import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetPublicKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { submitted } from "../../functions/api/schemas.ts";
import { buddy } from "../client/buddy.ts";
import { look, plan, update } from "../client/plans.ts";
import { type Team, team } from "../client/prepared.ts";

describe("buddy, against a deployment", () => {
  let us: Team;
  let folder: string;
  beforeAll(async () => {
    us = await team();
    folder = await mkdtemp(join(tmpdir(), "buddy-cli-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("submits, lets a second person approve, follows to the end, saves and verifies what is on record", async () => {
    const plans = join(folder, "plans.json");
    const steps = [update("s1", "c12", { phone: "+49 30 5550112" }), look("s2")];
    await writeFile(plans, JSON.stringify({ plans: [plan("p_cli", steps)] }));
    const sent = await buddy(us.at, us.people.agents, "run", plans, "--detach", "--json");
    expect(sent, sent.err).toMatchObject({ code: 0 });
    const { execution_id } = submitted.parse(JSON.parse(sent.out));
    await us.bob.request(execution_id, "s1");

    const asked = await buddy(us.at, us.people.bob, "approvals");
    expect(asked.out).toContain("ghl_update_contact");
    const approved = await buddy(us.at, us.people.bob, "approve", "--all", "--execution", execution_id, "--yes");
    expect(approved, approved.err).toMatchObject({ code: 0 });
    await us.alice.ended(execution_id);

    expect((await buddy(us.at, us.people.alice, "status", execution_id)).out).toContain("SUCCEEDED");
    const saved = await buddy(us.at, us.people.alice, "artifacts", execution_id, "--out", folder);
    expect(saved, saved.err).toMatchObject({ code: 0 });
    expect(await readdir(join(folder, execution_id))).toEqual(
      expect.arrayContaining(["manifest.json", "tool_execution_log.jsonl", "system_health.json"]),
    );

    const pem = join(folder, "key.pem");
    await writeFile(pem, await publicKeyPem(us));
    const verified = await buddy(us.at, us.people.alice, "verify", execution_id, "--public-key", pem);
    expect(verified, verified.out + verified.err).toMatchObject({ code: 0 });
    expect(verified.out).toContain("OK");
  });

  it("says by its exit code that a token is missing, that a scope is, and that there is no such execution", async () => {
    expect((await buddy(us.at, undefined, "status")).code).toBe(4);
    expect((await buddy(us.at, us.people.agents, "lock", "--everything", "--reason", "no")).code).toBe(4);
    expect((await buddy(us.at, us.people.alice, "status", "01NOSUCHEXECUTION")).code).toBe(5);
  });
});

const publicKeyPem = async ({ at }: Team): Promise<string> => {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const kms = new KMSClient({ endpoint: at.aws, region: at.region, credentials });
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: at.signing_key }));
  const base64 = Buffer.from(PublicKey ?? []).toString("base64");
  return `-----BEGIN PUBLIC KEY-----\n${base64.replace(/(.{64})/g, "$1\n")}\n-----END PUBLIC KEY-----\n`;
};
