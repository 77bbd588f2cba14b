import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { until } from "../client/api.ts";
import { workerToken } from "../client/people.ts";
import { type Team, team } from "../client/prepared.ts";

const EXAMPLE = join(import.meta.dirname, "../../examples/worker");

const note = z.object({ text: z.string() });

const example = async (name: string) =>
  z.looseObject({}).parse(JSON.parse(await readFile(join(EXAMPLE, name), "utf8")));

/** The example's worker as a process of its own, which asks the deployment for work. */
describe("a worker of the team", () => {
  let us: Team;
  let folder = "";
  let worker: ChildProcess | undefined;
  /** The texts in the worker's own file, which is not there before the first. */
  const notes = async (): Promise<string[]> =>
    (await readFile(join(folder, "notes.jsonl"), "utf8").catch(() => ""))
      .split("\n")
      .flatMap((line) => (line === "" ? [] : note.parse(JSON.parse(line)).text));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "buddy-worker-"));
    const contract = z.looseObject({ tool_name: z.string() }).parse(await example("contract.json"));
    const scribe = { agent_id: "scribe", owner: "dana", granted_permissions: [] };
    us = await team([scribe], [contract]);
    const { token } = await workerToken(us.at);
    worker = spawn(process.execPath, [join(EXAMPLE, "worker.ts")], {
      stdio: "inherit",
      env: { ...process.env, BUDDY_ENDPOINT: us.at.api, BUDDY_TOKEN: token, NOTES: join(folder, "notes.jsonl") },
    });
  });
  afterAll(async () => {
    if (worker !== undefined && worker.exitCode === null) {
      worker.kill();
      await once(worker, "exit");
    }
    await rm(folder, { recursive: true, force: true });
  });

  it("a worker of the team previews a call, does it once it is approved, and undoes it", async () => {
    const id = await us.agents.submit([await example("plan.json")]);
    const asked = await us.bob.request(id, "s1");
    expect(asked.changes).toEqual([
      { record: "notebook", field: "notes", old: null, new: "Benedikt wants the blue one" },
    ]);
    expect(await notes()).toEqual([]);
    await us.bob.decide(asked, "approve");
    expect((await us.alice.ended(id)).status).toBe("SUCCEEDED");
    expect(await notes()).toEqual(["Benedikt wants the blue one"]);
    await us.bob.act(id, "rollback", "the customer changed their mind");
    await until("the end of the undoing", async () => ((await notes()).length === 0 ? true : undefined));
  });
});
