import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  type Runtime,
} from "@aws-sdk/client-lambda";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../client/api.ts";
import { buddy } from "../client/buddy.ts";
import { aws } from "../client/deployment.ts";
import { type Team, team } from "../client/prepared.ts";
import { zipOf } from "../client/zip.ts";

const root = join(import.meta.dirname, "../..");
let us: Team;
let folder: string;
let lambda: LambdaClient;
let store: S3Client;
let execution = "";
beforeAll(async () => {
  us = await team([]);
  folder = await mkdtemp(join(tmpdir(), "buddy-functions-"));
  lambda = new LambdaClient(aws(us.at));
  store = new S3Client({ ...aws(us.at), forcePathStyle: true });
});
afterAll(async () => {
  for (const FunctionName of ["notes", "notes-read"]) await lambda.send(new DeleteFunctionCommand({ FunctionName }));
  await rm(folder, { recursive: true, force: true });
});

/** The words of a command, with quotes taken off. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, ...found]) => found.join(""));

/** `a=1,b=2` */
const pairsIn = (text: string): { [name: string]: string } =>
  Object.fromEntries(
    text.split(",").map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );

/** The command line of AWS is not on every machine: its requests are the same by the client that is. */
const byAws = async ([service, command, ...rest]: readonly string[]): Promise<void> => {
  const options = new Map<string, string>();
  for (let at = 0; at < rest.length; at += 2) options.set(rest[at] ?? "", rest[at + 1] ?? "");
  const take = (name: string): string => {
    const value = options.get(name);
    if (value === undefined) throw new Error(`${command} has no ${name}`);
    options.delete(name);
    return value;
  };
  if (service === "s3api" && command === "create-bucket") {
    const { LocationConstraint } = pairsIn(take("--create-bucket-configuration"));
    expect(LocationConstraint).toBe("eu-central-1");
    await store.send(new CreateBucketCommand({ Bucket: take("--bucket") }));
  } else if (service === "lambda" && command === "create-function") {
    const FunctionName = take("--function-name");
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: take("--runtime") as Runtime,
        Handler: take("--handler"),
        Code: { ZipFile: await readFile(join(folder, take("--zip-file").replace("fileb://", ""))) },
        Timeout: Number(take("--timeout")),
        Role: take("--role"),
        Environment: { Variables: pairsIn(/^Variables=\{(.*)\}$/.exec(take("--environment"))?.[1] ?? "") },
        Tags: pairsIn(take("--tags")),
      }),
    );
    await until(`function ${FunctionName}`, async () => {
      const { State } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      return State === undefined || State === "Active" ? true : undefined;
    });
  } else throw new Error(`the page has a command that is not understood: aws ${service} ${command}`);
  expect([...options.keys()]).toEqual([]);
};

const byBuddy = async (who: string, words: readonly string[]): Promise<string> => {
  const person = who === "BOB" ? us.people.bob : us.people.alice;
  const files = words.map((word) =>
    word.startsWith("examples/") ? join(root, word) : word.endsWith(".json") ? join(folder, word) : word,
  );
  // Bob is asked a while after Alice has submitted.
  if (words[0] === "approvals" || words[0] === "approve") await us.bob.request(execution, "s1");
  const ran = await buddy(us.at, person, ...files.map((word) => word.replace("<execution>", execution)));
  expect([0, 3], `${words.join(" ")}\n${ran.out}${ran.err}`).toContain(ran.code);
  execution = /\b01[0-9A-Z]{24}\b/.exec(words[0] === "run" ? ran.out + ran.err : "")?.[0] ?? execution;
  if (words[0] === "approve") await us.alice.ended(execution);
  return ran.out;
};

const perform = async (step: string): Promise<string> => {
  const file = /^cat > (\S+) <<'(\w+)'\n([\s\S]*)\n\2$/.exec(step);
  if (file !== null) {
    await writeFile(join(folder, file[1] ?? ""), file[3] ?? "");
    return "";
  }
  const [, who] = /^BUDDY_TOKEN=\$(ALICE|BOB) npx buddy /.exec(step) ?? [];
  if (who !== undefined) return byBuddy(who, wordsOf(step.replace(/^.*? npx buddy /, "")));
  const [program = "", ...words] = wordsOf(step);
  if (program === "aws") await byAws(words);
  else if (program === "zip") {
    const [, archive = "", built = ""] = words;
    await writeFile(join(folder, archive), zipOf("index.js", await readFile(join(folder, built))));
  } else if (step.startsWith("npx esbuild ")) {
    const [, source = "", ...options] = words;
    const bin = join(root, "node_modules", ".bin", "esbuild");
    await promisify(execFile)(bin, [join(root, source), ...options], { cwd: folder });
  } else throw new Error(`the page has a command that is not understood: ${step}`);
  return "";
};

const notes = async (): Promise<string[]> => {
  const { Contents = [] } = await store.send(new ListObjectsV2Command({ Bucket: "my-notes" }));
  const texts = Contents.map(async ({ Key }) => {
    const { Body } = await store.send(new GetObjectCommand({ Bucket: "my-notes", Key }));
    return (await Body?.transformToString()) ?? "";
  });
  return Promise.all(texts);
};

it("a tool that is a function in AWS: every command of the page does what the page says, in the team's own bucket", async () => {
  const page = await readFile(join(root, "docs/functions-example.md"), "utf8");
  const steps = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
    [...block.matchAll(/^cat > \S+ <<'(\w+)'\n[\s\S]*?\n\1$|^.+$/gm)].map(([step]) => step),
  );
  const said: string[] = [];
  for (const step of steps) {
    said.push(await perform(step));
    if (step.includes(" buddy approve ")) expect(await notes()).toEqual(["Benedikt wants the blue one"]);
    if (step.includes(" buddy run ")) expect(await notes()).toEqual([]);
  }
  await until("the note is taken back", async () => ((await notes()).length === 0 ? true : undefined));
  expect(said.join("\n")).toContain('notes text: – → "Benedikt wants the blue one"');
});
