import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetPublicKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { submitted } from "../../functions/api/schemas.ts";
import { until } from "../client/api.ts";
import { buddy } from "../client/buddy.ts";
import { aws } from "../client/deployment.ts";
import { look, plan, update } from "../client/plans.ts";
import { type Team, team } from "../client/prepared.ts";

describe("buddy, against a deployment", () => {
  let us: Team;
  let folder: string;
  beforeAll(async () => {
    us = await team();
    folder = await mkdtemp(join(tmpdir(), "buddy-cli-"));
  });
  const key = async (): Promise<string> => {
    const pem = join(folder, "key.pem");
    await writeFile(pem, await publicKeyPem(us));
    return pem;
  };
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("buddy submits, lets a second person approve, follows to the end, saves and verifies what is on record", async () => {
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

    const verified = await buddy(us.at, us.people.alice, "verify", execution_id, "--public-key", await key());
    expect(verified, verified.out + verified.err).toMatchObject({ code: 0 });
    expect(verified.out).toContain("OK");
  });

  /** Submits, as the agents' host does. @returns the execution, once it asks for `s1` */
  const waiting = async (name: string, contact: string): Promise<{ execution: string; request: string }> => {
    const plans = join(folder, `${name}.json`);
    await writeFile(
      plans,
      JSON.stringify({ plans: [plan(name, [update("s1", contact, { phone: "+49 30 5550115" })])] }),
    );
    const sent = await buddy(us.at, us.people.agents, "run", plans, "--detach", "--json", "--key", `${name}-1`);
    const { execution_id } = submitted.parse(JSON.parse(sent.out));
    const again = await buddy(us.at, us.people.agents, "run", plans, "--detach", "--json", "--key", `${name}-1`);
    expect(submitted.parse(JSON.parse(again.out)).execution_id, "one key, one execution").toBe(execution_id);
    return { execution: execution_id, request: (await us.bob.request(execution_id, "s1")).approval_id };
  };
  const as = (person: "alice" | "bob", ...args: string[]) => buddy(us.at, us.people[person], ...args);

  it("buddy edits, rejects, and aborts, and says what came of it", async () => {
    const { execution, request } = await waiting("p_cli_edit", "c15");
    const changed = JSON.stringify({ contact_id: "c15", fields: { phone: "+49 30 5550199" } });
    const edited = await as("bob", "edit", request, "--arguments", changed, "--comment", "that number is old");
    expect(edited, edited.err).toMatchObject({ code: 0 });
    const again = await until("the request for the edited call", async () =>
      (await us.alice.openRequests(execution)).find(({ approval_id }) => approval_id !== request),
    );
    expect((await as("alice", "approvals", again.approval_id)).out).toContain("+49 30 5550199");
    const rejected = await as("alice", "reject", again.approval_id, "--comment", "not today");
    expect(rejected, rejected.err).toMatchObject({ code: 0 });
    expect((await us.alice.ended(execution)).steps).toMatchObject([{ state: "DRY_RUN", ending: "rejected" }]);
    expect((await as("bob", "approve", again.approval_id, "--yes")).code, "decided already").toBe(6);

    const other = await waiting("p_cli_abort", "c16");
    expect(await as("bob", "abort", other.execution, "--reason", "changed our minds")).toMatchObject({ code: 0 });
    expect((await us.alice.ended(other.execution)).status).toBe("ABORTED");
  });

  it("buddy locks, is unlocked by another person only, resumes and undoes", async () => {
    const { execution } = await waiting("p_cli_lock", "c17");
    expect(await as("alice", "lock", "--execution", execution, "--reason", "odd")).toMatchObject({ code: 0 });
    await us.alice.ended(execution);
    expect((await as("alice", "unlock", "--execution", execution, "--reason", "nothing")).code).toBe(4);
    expect(await as("bob", "unlock", "--execution", execution, "--reason", "nothing")).toMatchObject({ code: 0 });
    expect(await as("bob", "resume", execution, "--reason", "nothing")).toMatchObject({ code: 0 });
    await until("what was asked to be asked again", async () =>
      (await us.alice.execution(execution)).states.AWAITING_APPROVAL === 1 ? true : undefined,
    );
    const approved = await as("bob", "approve", "--all", "--execution", execution, "--yes");
    expect(approved, approved.err).toMatchObject({ code: 0 });
    expect((await us.alice.ended(execution)).status).toBe("SUCCEEDED");
    const undone = await as("bob", "rollback", execution, "--reason", "the customer called");
    expect(undone, undone.err).toMatchObject({ code: 0 });
    await until("the second seal", async () =>
      (await us.alice.execution(execution)).manifests === 2 ? true : undefined,
    );
    expect((await us.alice.ended(execution)).steps).toMatchObject([{ state: "ABORTED", ending: "compensated" }]);
    expect((await as("alice", "verify", execution, "--public-key", await key())).code).toBe(0);
  });

  it("buddy finds one changed character of a record that was saved, and a key that is not the deployment's", async () => {
    const { execution } = await waiting("p_cli_verify", "c18");
    expect(await as("bob", "approve", "--all", "--execution", execution, "--yes")).toMatchObject({ code: 0 });
    await us.alice.ended(execution);
    expect(await as("alice", "artifacts", execution, "--out", folder)).toMatchObject({ code: 0 });
    const saved = ["verify", execution, "--dir", folder, "--public-key"];
    const honest = await as("alice", ...saved, await key());
    expect(honest, honest.out + honest.err).toMatchObject({ code: 0 });

    const stranger = join(folder, "stranger.pem");
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    await writeFile(stranger, publicKey.export({ type: "spki", format: "pem" }));
    expect((await as("alice", ...saved, stranger)).code).toBe(10);

    const log = join(folder, execution, "tool_execution_log.jsonl");
    await writeFile(log, (await readFile(log, "utf8")).replace("5550115", "5550116"));
    expect((await as("alice", ...saved, await key())).code).toBe(10);
  });

  it("buddy says by its exit code that a token is missing, that a scope is, and that there is no such execution", async () => {
    expect((await buddy(us.at, undefined, "status")).code).toBe(4);
    expect((await buddy(us.at, us.people.agents, "lock", "--everything", "--reason", "no")).code).toBe(4);
    expect((await buddy(us.at, us.people.alice, "status", "01NOSUCHEXECUTION")).code).toBe(5);
  });
});

const publicKeyPem = async ({ at }: Team): Promise<string> => {
  const kms = new KMSClient(aws(at));
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: at.signing_key }));
  const base64 = Buffer.from(PublicKey ?? []).toString("base64");
  return `-----BEGIN PUBLIC KEY-----\n${base64.replace(/(.{64})/g, "$1\n")}\n-----END PUBLIC KEY-----\n`;
};
