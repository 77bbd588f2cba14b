import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { bundleHandlers } from "../../infra/bundling.ts";
import { handlers } from "../../infra/handlers.ts";

const root = join(import.meta.dirname, "../..");
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-mock-"));
  const { Mock, DryRun } = handlers;
  await bundleHandlers({ Mock: join(root, Mock.entry), DryRun: join(root, DryRun.entry) }, folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sourceMap = z.object({ sources: z.array(z.string()) });

/** The files of which something is in a function as it is deployed, by their path in the project. */
const sourcesOf = async (name: string): Promise<string[]> => {
  const maps = (await readdir(join(folder, name))).filter((file) => file.endsWith(".map"));
  const all = await Promise.all(
    maps.map(async (file) => sourceMap.parse(JSON.parse(await readFile(join(folder, name, file), "utf8"))).sources),
  );
  return [...new Set(all.flat().map((source) => relative(root, resolve(folder, name, source))))].sort();
};

const own = (sources: readonly string[]) => sources.filter((source) => /^(?:functions|shared)\//.test(source));

/** The clients of AWS services that are in a function. */
const clientsOf = (sources: readonly string[]): string[] => [
  ...new Set(sources.flatMap((source) => /@aws-sdk\/(client-[a-z0-9-]+)\//.exec(source)?.[1] ?? [])),
];

/** Whether a file of the project's own opens connections, by a module of Node or by `fetch`. */
const connects = async (source: string): Promise<boolean> => {
  const text = await readFile(join(root, source), "utf8").catch(() => "");
  return /from "node:(?:https?|http2|net|tls|dgram|dns|child_process)|\bfetch\(|\bundici\b/.test(text);
};

const connecting = async (sources: readonly string[]): Promise<string[]> => {
  const found = await Promise.all(own(sources).map(async (source) => ((await connects(source)) ? [source] : [])));
  return found.flat();
};

describe("the function that simulates", () => {
  it("the function that simulates has nothing of the project's own that opens a connection, which the one that previews has", async () => {
    const [mock, dryRun] = [await sourcesOf("Mock"), await sourcesOf("DryRun")];
    expect(own(mock).length).toBeGreaterThan(20);
    expect(await connecting(mock)).toEqual([]);
    expect(await connecting(dryRun)).toContain("functions/adapters/http/connections.ts");
  });

  it("the function that simulates has no client of AWS but those of its records and of the files beside them", async () => {
    expect(clientsOf(await sourcesOf("Mock"))).toEqual(["client-dynamodb", "client-s3"]);
    expect(clientsOf(await sourcesOf("DryRun"))).toContain("client-lambda");
  });

  it("the function that simulates has no adapter of a tool that acts or reads outside", async () => {
    const outward =
      /^functions\/(?:adapters\/(?:http|mcp|browser|lambda|secrets-manager)|tools\/(?:http|mcp|browser|builtin|lambda|worker))\//;
    expect((await sourcesOf("Mock")).filter((source) => outward.test(source))).toEqual([]);
    expect((await sourcesOf("DryRun")).some((source) => outward.test(source))).toBe(true);
  });
});
