import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import packageJson from "../../package.json" with { type: "json" };

const bin = join(import.meta.dirname, "../../cli/bin.js");
const launch = (...argv: string[]) =>
  spawnSync(process.execPath, [bin, ...argv], {
    encoding: "utf8",
    env: { ...process.env, BUDDY_ENDPOINT: "http://127.0.0.1:9", NO_COLOR: "1" },
  });

describe("the launcher", () => {
  it("the launcher runs the CLI and ends as it ends", () => {
    const help = launch("--help");
    expect(help.status).toBe(EXIT.ok);
    expect(help.stdout).toContain("Usage: buddy");
    expect(launch("frobnicate").status).toBe(EXIT.usage);
    expect(launch("health").status).toBe(EXIT.unreachable);
  });

  it.skipIf(!existsSync("/dev/full"))("the launcher makes no success of what could not be written", () => {
    const full = openSync("/dev/full", "w");
    const said = spawnSync(process.execPath, [bin, "--version"], { encoding: "utf8", stdio: ["ignore", full, "pipe"] });
    closeSync(full);
    expect(said.status).toBe(EXIT.usage);
    expect(said.stderr).toBe(
      "error: stdout cannot be written: the disk is full; what was done counts, what it said is not whole\n",
    );
  });

  it("the launcher says the version of Buddy", () => {
    expect(launch("--version")).toMatchObject({ status: EXIT.ok, stdout: `${packageJson.version}\n` });
  });

  it("the launcher is a script that npm can link, in the package's bin", () => {
    expect(readFileSync(bin, "utf8").startsWith("#!/usr/bin/env -S node --")).toBe(true);
    expect(JSON.parse(readFileSync(join(bin, "../../package.json"), "utf8")).bin).toEqual({ buddy: "cli/bin.js" });
  });
});
