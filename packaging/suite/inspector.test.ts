import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { repositoryRoot } from "../../infra/handlers.ts";
import { startDesk } from "../conformance/desk.ts";
import { type } from "./empty-folder.ts";

const INSPECTOR = "@modelcontextprotocol/inspector@2.12.0";

let folder = "";
let data_dir = "";
let desk: Awaited<ReturnType<typeof startDesk>> | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-inspector-"));
  data_dir = join(folder, ".buddy");
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "inspecting", private: true }));
  const install = type(folder, "npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", INSPECTOR]);
  desk = await startDesk(data_dir);
  const { code, err } = await install;
  expect(code, err).toBe(0);
  // It keeps tokens below it.
  vi.stubEnv("HOME", folder);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await desk?.stop();
  // A task that the stop left at its work may still write its files.
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

const url = (): string => desk?.url ?? "";

/** The ways to Buddy, as the inspector is told of them. */
const WAYS: [string, () => Promise<readonly string[]>][] = [
  [
    "over HTTP",
    async () => {
      const token = await desk?.token();
      return ["--transport", "http", "--server-url", `${url()}/mcp`, "--header", `Authorization: Bearer ${token}`];
    },
  ],
  [
    "by `buddy mcp`",
    async () => {
      const program = join(repositoryRoot, "cli", "buddy.ts");
      return ["--", process.execPath, program, "mcp", "--agent", "agent_1", "--endpoint", url(), "--data", data_dir];
    },
  ],
];

const answer = z.looseObject({
  content: z.array(z.looseObject({ text: z.string().optional() })),
  isError: z.boolean().optional(),
  _meta: z.record(z.string(), z.unknown()).optional(),
});

const isUnderWay = (told: unknown): boolean => z.looseObject({ for: z.literal("outcome") }).safeParse(told).success;

describe.each(WAYS)("the protocol's inspector, as a command line, %s", (_way, way) => {
  const inspected = async (...asked: string[]) => {
    const program = join(
      folder,
      "node_modules",
      "@modelcontextprotocol",
      "inspector",
      "clients/launcher/build/index.js",
    );
    return type(folder, process.execPath, [program, "--cli", ...asked, ...(await way())]);
  };
  const called = (tool: string, ...args: string[]) =>
    inspected("--method", "tools/call", "--tool-name", tool, ...args.flatMap((each) => ["--tool-arg", each]));

  it("the protocol's inspector lists the tools that the agent may use", async () => {
    const { code, out, err } = await inspected("--method", "tools/list");
    expect([code, err]).toEqual([0, ""]);
    const { tools } = z.looseObject({ tools: z.array(z.looseObject({ name: z.string() })) }).parse(JSON.parse(out));
    const names = tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["buddy_wait", "memory_search", "msgraph_send_email"]));
    expect(names).not.toContain("ghl_update_contact");
  });

  it("the protocol's inspector has a read answered at once, and is told that a write waits for a person", async () => {
    const read = await called("memory_search", "query=ann");
    expect(read.code, read.err).toBe(0);
    expect(answer.parse(JSON.parse(read.out))._meta?.["buddy/call"]).toMatchObject({ outcome: "done", mode: "LIVE" });
    const mail = ['to=["ann@example.com"]', "subject=Hello", "body=Hello Ann"];
    const write = async () => {
      const { code, out, err } = await inspected(
        ...["--method", "tools/call", "--tool-name", "msgraph_send_email", "--tool-metadata", "buddy/wait_seconds=1"],
        ...mail.flatMap((each) => ["--tool-arg", each]),
      );
      expect(code, err).toBe(0);
      return answer.parse(JSON.parse(out))._meta?.["buddy/call"];
    };
    // It is told what the call waits for: after a second that may still be its preview. Made again, it is the same call.
    let told = await write();
    for (let again = 0; again < 10 && isUnderWay(told); again += 1) told = await write();
    expect(told).toMatchObject({ outcome: "waiting", for: "approval" });
  });

  it("the protocol's inspector is told of a tool that is not there, and of arguments that do not fit, by a tool's error", async () => {
    const unknown = await called("memory_serch", "query=ann");
    expect(unknown.code).toBe(5);
    expect(unknown.out + unknown.err).toContain("memory_serch");
    const unfit = await called("msgraph_send_email", "to=7", "subject=Hello", "body=Hello Ann");
    expect(unfit.code).toBe(5);
    expect(unfit.out + unfit.err).toContain("/arguments/to");
  });
});
