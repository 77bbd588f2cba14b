import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repositoryRoot } from "../../infra/handlers.ts";
import packageJson from "../../package.json" with { type: "json" };
import { type } from "./empty-folder.ts";

let root = "";
let folder = "";
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "buddy-client-package-")));
  folder = join(root, "agent");
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "agent", private: true, type: "module" }));
  const packed = await type(repositoryRoot, "npm", ["pack", "-w", "clients/typescript", "--pack-destination", root]);
  expect(packed.code, packed.err).toBe(0);
  const [tarball = ""] = (await readdir(root)).filter((name) => name.endsWith(".tgz"));
  // It has no dependencies, so nothing is fetched.
  const installed = await type(folder, "npm", ["install", "--offline", join("..", tarball)]);
  expect(installed.code, installed.err).toBe(0);
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

describe("the packed client, installed into an empty folder without a network", () => {
  it("the packed client brings nothing along, and holds what runs and what is typed", async () => {
    expect((await readdir(join(folder, "node_modules"))).filter((name) => !name.startsWith("."))).toEqual(["@buddy"]);
    const files = await readdir(join(folder, "node_modules", "@buddy", "client"), { recursive: true });
    expect(files).toEqual(
      expect.arrayContaining(["README.md", "dist/index.js", "dist/index.d.ts", "dist/mastra.d.ts"]),
    );
    expect(files.filter((file) => /^(src|test|examples)(\/|$)/.test(file))).toEqual([]);
  });

  it("the packed client runs nothing when it is installed, so that nobody is asked to allow it", async () => {
    const manifest = JSON.parse(
      await readFile(join(folder, "node_modules", "@buddy", "client", "package.json"), "utf8"),
    );
    const { preinstall, install, postinstall, prepare } = manifest.scripts;
    expect([preinstall, install, postinstall, prepare]).toEqual(Array(4).fill(undefined));
  });

  it("the packed client is imported, says its version, and refuses to connect without a token", async () => {
    const program = `
      import { API_VERSION, connect } from "@buddy/client";
      console.log(API_VERSION);
      try { connect(); } catch (error) { console.log(error.message); }
    `;
    await writeFile(join(folder, "agent.mjs"), program);
    const { code, out, err } = await type(folder, process.execPath, ["agent.mjs"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out.split("\n")[0]).toBe(packageJson.version);
    expect(out).toContain("set $BUDDY_TOKEN");
  });

  it("the packed client names the framework that is not installed, where its adapter is imported", async () => {
    await writeFile(join(folder, "framework.mjs"), 'import "@buddy/client/ai-sdk";');
    const { code, err } = await type(folder, process.execPath, ["framework.mjs"]);
    expect(code).not.toBe(0);
    expect(err).toContain("Cannot find package 'ai'");
  });
});
