import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Item } from "../../functions/adapters/table/item.ts";

/** The records of a release, and the values that its state machine passed around, at one moment. */
export type Recording = {
  /** The moment. */
  readonly at: string;
  /** Executions by the name of their scene. */
  readonly scenes: Readonly<Record<string, string>>;
  /** The public key of its manifests, in PEM. */
  readonly public_key: string;
  /** Text of its state machine file: executions that run keep it. */
  readonly definition: string;
  readonly items: readonly Item[];
  /** Text by key. */
  readonly bodies: Readonly<Record<string, string>>;
  /** Text by execution and name. */
  readonly artifacts: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Every call of a function of the state machine, in order; no output where it threw. */
  readonly calls: readonly RecordedCall[];
};

const recordedCall = z.strictObject({ state: z.string(), input: z.json(), output: z.json().optional() });
export type RecordedCall = z.infer<typeof recordedCall>;

const texts = z.record(z.string(), z.string());
const head = z.strictObject({ at: z.string(), scenes: texts, public_key: z.string() });
const item = z
  .object({ pk: z.string(), sk: z.string() })
  .catchall(z.union([z.string(), z.number(), z.boolean()])) satisfies z.ZodType<Item>;

const fixtures = fileURLToPath(new URL("fixtures", import.meta.url));

/** Names of the releases there are recordings of: their short commits. */
export const recordedReleases = async (): Promise<string[]> => (await readdir(fixtures)).sort();

/** A line for every row and call, so that a difference between two recordings can be read. */
export const writeRecording = async (folder: string, recording: Recording): Promise<void> => {
  const { definition, items, bodies, artifacts, calls, ...others } = recording;
  await mkdir(folder, { recursive: true });
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  const pretty = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;
  const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");
  await write("recording.json", pretty(others));
  await write("orchestration.asl.json", definition);
  await write("items.jsonl", lines(items));
  await write("bodies.json", pretty(bodies));
  await write("artifacts.json", pretty(artifacts));
  await write("calls.jsonl", lines(calls));
};

/** @throws Error when there is no recording of that release, or it is none */
export const readRecording = async (release: string): Promise<Recording> => {
  const read = (name: string) => readFile(join(fixtures, release, name), "utf8");
  const lines = async (name: string): Promise<unknown[]> =>
    (await read(name)).split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  return {
    ...head.parse(JSON.parse(await read("recording.json"))),
    definition: await read("orchestration.asl.json"),
    items: (await lines("items.jsonl")).map((line) => item.parse(line)),
    bodies: texts.parse(JSON.parse(await read("bodies.json"))),
    artifacts: z.record(z.string(), texts).parse(JSON.parse(await read("artifacts.json"))),
    calls: (await lines("calls.jsonl")).map((line) => recordedCall.parse(line)),
  };
};
