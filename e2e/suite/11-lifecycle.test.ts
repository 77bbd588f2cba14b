import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CloudFormationClient,
  DescribeStacksCommand,
  UpdateTerminationProtectionCommand,
} from "@aws-sdk/client-cloudformation";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { agentReply, liveReply } from "../../functions/api/schemas.ts";
import { functionsOf, remainsOf, skippedAtDeletion, templateOf } from "../client/account.ts";
import { Client } from "../client/api.ts";
import { aws, type Deployment, readDeployment } from "../client/deployment.ts";
import { signIn } from "../client/people.ts";
import { AGENTS, look, plan, update } from "../client/plans.ts";
import { changedCopy } from "../emulator/changed-copy.ts";
import { deploy, destroy, type Site } from "../emulator/deploy.ts";

/** As production is: everything that can stay stays. */
const PROD = { name: "prod" };

const counted = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));

const numbers = (left: Readonly<Record<string, readonly string[]>>): Record<string, number> =>
  Object.fromEntries(Object.entries(left).map(([kind, names]) => [kind, names.length]));

/** The last of the suites: in the end no stage is left. */
describe("stages of one account", { timeout: 240_000 }, () => {
  let site: Site;
  let dev: Deployment;
  let prod: Deployment;
  let alice: Client;
  let bob: Client;

  beforeAll(async () => {
    dev = readDeployment();
    const { aws, collector } = dev;
    site = { aws, collector, folder: await mkdtemp(join(tmpdir(), "buddy-lifecycle-")) };
    prod = await deploy(site, PROD);
    [alice, bob] = [new Client(prod, await signIn(prod, "alice")), new Client(prod, await signIn(prod, "bob"))];
    for (const agent of AGENTS) await alice.ask(agentReply, "PUT", `/agents/${agent.agent_id}`, agent);
    await alice.ask(liveReply, "PUT", "/system/live", { enabled: true, reason: "the tests act on the sandbox" });
  }, 240_000);
  afterAll(() => rm(site.folder, { recursive: true, force: true }));

  it("stages of one account stand side by side: neither shares anything with the other, nor believes its people", async () => {
    for (const key of ["api", "user_pool", "signing_key", "state_machine", "table", "bucket"] as const) {
      expect(prod[key], key).not.toBe(dev[key]);
    }
    const id = await alice.submit([plan("p_beside", [look("s1")])]);
    expect((await alice.ended(id)).status).toBe("SUCCEEDED");
    const neighbour = new Client(dev, await signIn(dev, "alice"));
    expect((await neighbour.send("GET", `/executions/${id}`)).status).toBe(404);
    const stranger = new Client(prod, await signIn(dev, "alice"));
    expect((await stranger.send("GET", "/executions")).status).toBe(401);
  });

  it("a stage takes new code while an execution waits for a person, and that ends as if nothing had been", async () => {
    const id = await alice.submit([plan("p_upgrade", [update("s1", "c2", { phone: "+49 30 5550102" })])]);
    await bob.request(id, "s1");
    const before = await standing();
    await deploy({ ...site, project: await changedCopy(site.folder) }, PROD);
    const after = await standing();

    expect((await alice.send("GET", "/livez")).body).toEqual({ status: "ok", release: "next" });
    expect(after.code.filter((sha) => before.code.includes(sha))).toEqual([]);
    expect(after.rest).toEqual(before.rest);

    await bob.decide(await bob.request(id, "s1"), "approve");
    const ended = await alice.ended(id);
    expect(ended).toMatchObject({ status: "SUCCEEDED", history: 1, manifests: 1 });
    expect(ended.steps).toMatchObject([{ state: "LIVE", finished: true }]);
  });

  /** The code of every function, and all of the stack that is not where its code lies. */
  const standing = async () => {
    const code = (await functionsOf(prod, prod.stack)).map(({ CodeSha256 }) => CodeSha256);
    const { Resources } = await templateOf(prod, prod.stack);
    const rest = Object.entries(Resources).map(([id, { Type, Properties, DeletionPolicy }]) => [
      id,
      Type,
      DeletionPolicy,
      Type === "AWS::Lambda::Function" ? { ...Object(Properties), Code: "elsewhere" } : Properties,
    ]);
    return { code, rest };
  };

  const stackId = async (name: string): Promise<string> => {
    const { Stacks } = await new CloudFormationClient(aws(dev)).send(new DescribeStacksCommand({ StackName: name }));
    return Stacks?.[0]?.StackId ?? "";
  };

  it("a stage leaves nothing behind but two locked buckets and their key where nothing is to be retained", async () => {
    const id = await stackId(dev.stack);
    await destroy(site, dev);
    const left = await remainsOf(dev, dev.stack);
    expect(numbers(left)).toEqual({ buckets: 2, keys: 1 });
    expect(left.keys).toEqual([`Encrypts the records of ${dev.stack}`]);
    expect(counted(await skippedAtDeletion(dev, id))).toEqual({
      "AWS::KMS::Key": 1,
      "AWS::S3::Bucket": 2,
      "AWS::S3::BucketPolicy": 2,
    });
    expect((await alice.send("GET", "/executions")).status, "the stage beside it").toBe(200);
  });

  it("a stage that is to be retained is not destroyed, until somebody lifts its protection", async () => {
    await expect(destroy(site, prod)).rejects.toThrow(/protect/i);
    expect((await alice.send("GET", "/executions")).status).toBe(200);
  });

  it("a stage that is to be retained leaves records, logs, accounts, keys and buckets behind, and no more", async () => {
    const id = await stackId(prod.stack);
    const lifted = { StackName: prod.stack, EnableTerminationProtection: false };
    await new CloudFormationClient(aws(prod)).send(new UpdateTerminationProtectionCommand(lifted));
    const functions = await functionsOf(prod, prod.stack);
    await destroy(site, prod);
    const left = await remainsOf(prod, prod.stack);
    // One for each function, one for the state machine, one for who asked the API.
    const logs = functions.length + 2;
    expect(numbers(left)).toEqual({ buckets: 2, keys: 2, "log groups": logs, tables: 1, "user pools": 1 });
    expect(left.keys).toContain(`Signs the manifests of ${prod.stack}`);
    expect(counted(await skippedAtDeletion(prod, id))).toEqual({
      "AWS::Cognito::UserPool": 1,
      "AWS::DynamoDB::Table": 1,
      "AWS::KMS::Key": 2,
      "AWS::Logs::LogGroup": logs,
      "AWS::S3::Bucket": 2,
      "AWS::S3::BucketPolicy": 2,
    });
  });
});
