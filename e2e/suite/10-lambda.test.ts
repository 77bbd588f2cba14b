import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { stepDetail } from "../../functions/api/schemas.ts";
import { functionNamed } from "../client/account.ts";
import { until } from "../client/api.ts";
import { aws } from "../client/deployment.ts";
import { type Team, team } from "../client/prepared.ts";
import { zipOf } from "../client/zip.ts";

const EXAMPLE = join(import.meta.dirname, "../../examples/lambda");
const BUCKET = "notes-of-the-team";

/** The example's function, which counts its calls and answers as the text of a note asks it to, once it has kept it. */
const ODD = `
  import { randomUUID } from "node:crypto";
  import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
  import { handler as keep } from "./notes.ts";
  const store = new S3Client({});
  export const handler = async (asked) => {
    const said = await keep(asked);
    if (asked.rung !== "call") return said;
    await store.send(new PutObjectCommand({ Bucket: process.env.NOTES_BUCKET, Key: "made/" + randomUUID(), Body: "" }));
    switch (asked.arguments.text) {
      case "throws": throw new Error("the key is sk-123");
      case "takes too long": await new Promise((resolve) => setTimeout(resolve, 60_000)); return said;
      case "says nothing": return undefined;
      case "answers a gateway": return { statusCode: 200, body: JSON.stringify(said) };
      case "says too much": return { ...said, output: "x".repeat(1_100_000) };
      default: return said;
    }
  };
`;
const ODDITIES = ["throws", "takes too long", "says nothing", "answers a gateway", "says too much"];

const FUNCTIONS = {
  notes: { source: 'export * from "./notes.ts";', tags: { "buddy:tool": "dev" }, reads: false, seconds: 20 },
  "notes-read": { source: 'export * from "./notes.ts";', tags: { "buddy:tool-read": "dev" }, reads: true, seconds: 20 },
  "notes-odd": { source: ODD, tags: { "buddy:tool": "dev" }, reads: false, seconds: 5 },
} as const;

/** One file, as a team would make it of its own source. */
const bundled = async (contents: string): Promise<Uint8Array> => {
  const { outputFiles } = await build({
    ...{ bundle: true, platform: "node", target: "node24", format: "cjs", write: false, logLevel: "silent" },
    stdin: { contents, resolveDir: EXAMPLE, loader: "ts" },
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
};

const example = async (name: string) =>
  z.looseObject({}).parse(JSON.parse(await readFile(join(EXAMPLE, name), "utf8")));

/** The example's functions beside the deployment, each with the tag by which Buddy's roles may invoke it. */
describe("functions of the team", () => {
  let us: Team;
  let lambda: LambdaClient;
  let store: S3Client;
  const keysUnder = async (Prefix: string): Promise<string[]> =>
    ((await store.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }))).Contents ?? []).flatMap(
      ({ Key }) => Key ?? [],
    );
  const notes = () => keysUnder("notes/");

  beforeAll(async () => {
    const contract = z.looseObject({ tool_name: z.string() }).parse(await example("contract.json"));
    const scribe = { agent_id: "scribe", owner: "dana", granted_permissions: [] };
    us = await team([scribe], [contract]);
    lambda = new LambdaClient(aws(us.at));
    store = new S3Client({ ...aws(us.at), forcePathStyle: true });
    await store.send(new CreateBucketCommand({ Bucket: BUCKET }));
    for (const [FunctionName, { source, tags, reads, seconds }] of Object.entries(FUNCTIONS)) {
      const ZipFile = zipOf("index.js", await bundled(source));
      await lambda.send(
        new CreateFunctionCommand({
          ...{ FunctionName, Tags: tags, Code: { ZipFile }, Handler: "index.handler", Runtime: "nodejs24.x" },
          Timeout: seconds,
          Role: "arn:aws:iam::000000000000:role/notes",
          Environment: {
            Variables: { NOTES_BUCKET: BUCKET, ...(reads ? { ONLY_READS: "1" } : {}) },
          },
        }),
      );
      await until(`function ${FunctionName}`, async () => {
        const { State } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
        return State === undefined || State === "Active" ? true : undefined;
      });
    }
  });
  afterAll(async () => {
    for (const FunctionName of Object.keys(FUNCTIONS)) await lambda.send(new DeleteFunctionCommand({ FunctionName }));
  });

  it("functions of the team are asked what a call would change, do it once it is approved, and undo it", async () => {
    const id = await us.agents.submit([await example("plan.json")]);
    const asked = await us.bob.request(id, "s1");
    expect(asked.changes).toEqual([{ record: "notes", field: "text", old: null, new: "Benedikt wants the blue one" }]);
    expect(await notes()).toEqual([]);
    await us.bob.decide(asked, "approve");
    expect((await us.alice.ended(id)).status).toBe("SUCCEEDED");
    const kept = await notes();
    expect(kept).toHaveLength(1);
    const done = await us.alice.ask(stepDetail, "GET", `/executions/${id}/steps/s1`);
    expect(done).toMatchObject({ committed: true, output: { kept: kept[0] }, made_up: false });

    await us.bob.act(id, "rollback", "the customer called");
    const undone = await until("the second seal", async () => {
      const execution = await us.alice.execution(id);
      return execution.manifests === 2 && execution.status !== "RUNNING" ? execution : undefined;
    });
    expect(undone.steps[0]).toMatchObject({ state: "ABORTED", ending: "compensated" });
    expect(await notes()).toEqual([]);
  });

  it("functions of the team that act and answer something else, or nothing in time, are looked up, and have acted once", async () => {
    const { binding, ...contract } = await example("contract.json");
    const odd = { ...z.looseObject({}).parse(binding), function: "notes-odd" };
    const resources = [{ key: "notes:{text}", access: "write" }];
    const put = { ...contract, tool_name: "note_oddly", resources, binding: odd };
    expect((await us.alice.send("PUT", "/contracts/note_oddly", put)).status).toBe(201);
    const { steps: _steps, ...plan } = await example("plan.json");
    const step = { agent_id: "scribe", tool_name: "note_oddly", confidence: 0.95 };
    const steps = ODDITIES.map((text, place) => ({ ...step, step_id: `s${place}`, arguments: { text } }));
    const id = await us.agents.submit([{ ...plan, steps }]);
    for (const { step_id } of steps) await us.bob.decide(await us.bob.request(id, step_id), "approve");

    // The engine here ends no wait by its time, as AWS does (07-engine.test.ts): whoever ends waits is asked to.
    const { FunctionName } = await functionNamed(us.at, "Wake");
    const Payload = JSON.stringify({ execution_ids: [id] });
    const ended = await until("their look-up", async () => {
      await lambda.send(new InvokeCommand({ FunctionName, Payload }));
      const execution = await us.alice.execution(id);
      return execution.status === "RUNNING" ? undefined : execution;
    });
    expect(ended.status).toBe("SUCCEEDED");
    expect(ended.steps.map(({ state, ending }) => `${state} ${ending}`)).toEqual(steps.map(() => "LIVE live"));
    expect([await notes(), await keysUnder("made/")].map(({ length }) => length)).toEqual([5, 5]);

    const events = await us.alice.events(id);
    for (const { step_id } of steps) {
      const deferred = events.find(({ chain, type }) => chain === `step:${step_id}` && type === "live_deferred");
      expect(deferred?.body.reason, step_id).toMatch(/the outcome of the call is unknown \(.*notes-odd/);
    }
    expect(JSON.stringify(events)).not.toContain("sk-123");
  });

  it("functions of the team that are not there fail the preview in words, and nobody is asked", async () => {
    const { binding, ...contract } = await example("contract.json");
    const elsewhere = { ...z.looseObject({}).parse(binding), function: "nowhere", read_function: "nowhere-read" };
    const put = { ...contract, tool_name: "note_lose", binding: elsewhere };
    expect((await us.alice.send("PUT", "/contracts/note_lose", put)).status).toBe(201);
    const plan = JSON.parse(JSON.stringify(await example("plan.json")).replaceAll("note_keep", "note_lose"));
    const id = await us.agents.submit([plan]);
    const ended = await us.alice.ended(id);
    expect(ended.status).toBe("FAILED");
    expect(ended.steps[0]?.reason).toContain("nowhere-read");
  });
});
