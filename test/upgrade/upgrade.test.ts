import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileArtifacts } from "../../functions/adapters/files/artifact-files.ts";
import { wholeApi } from "../../functions/api/endpoints.ts";
import { createRouter } from "../../functions/api/router.ts";
import { submitPlans } from "../../functions/api/submit/submit-plans.ts";
import { sweep } from "../../functions/execution/wait/sweep.ts";
import { runName, startRun } from "../../functions/records/run-life-cycle.ts";
import { passInput } from "../../functions/records/workflow-input.ts";
import { readDefinition } from "../../local/engine/definition.ts";
import { recover } from "../../local/recover.ts";
import { settleAbandoned } from "../../local/settle-abandoned.ts";
import { METRIC_NAMES } from "../../shared/health/metrics.ts";
import { SCOPES } from "../../shared/scopes.ts";
import { verifyExecution } from "../../shared/verification/verify-execution.ts";
import { standing, statusOf } from "../harness/outcome.ts";
import { inMemory, type Stores } from "../harness/stores.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";
import { databasesInFiles } from "../ports/engines.ts";
import { evidenceOf } from "../shared/verification/real-execution.ts";
import { startingAt, tasksOf } from "./machine-file.ts";
import { load } from "./recorded-stores.ts";
import { type Recording, readRecording, recordedReleases } from "./recording.ts";
import { REPEATED, SCENES } from "./scenes.ts";
import { sameSigner } from "./signer.ts";

/** Today's code over what a release left behind, at the moment at which it stopped. */
const updated = async (
  recording: Recording,
  stores: Stores,
  definitionOf?: (execution_id: string) => Promise<string>,
): Promise<TestWorld> => {
  await load(recording, stores);
  const { at: started_at } = recording;
  const options = { stores, resumed: true, started_at, signer: sameSigner };
  return startWorld(definitionOf === undefined ? options : { ...options, definitionOf });
};

const apiOf = ({ deps }: TestWorld) => {
  const router = createRouter(deps, { identify: () => ({ name: "auditor", scopes: [...SCOPES] }), ...wholeApi });
  return { deps, get: async (path: string) => router.request(path) };
};

/** The verdict on an execution, and everything found that contradicts its record. */
const verified = async (world: TestWorld, { public_key }: Recording, execution_id: string) => {
  const report = verifyExecution(await evidenceOf(apiOf(world), execution_id, { pem: public_key }));
  const findings = report.checks.flatMap((check) => check.findings);
  return { verdict: report.verdict, tampered: findings.filter(({ severity }) => severity === "tampered") };
};

/** The engine's hold on an execution that runs: the pass it asks for next. */
const nextPassOf = ({ calls }: Recording, execution_id: string) => {
  const answers = calls.flatMap(({ state, output }) => {
    const pass = passInput.safeParse(output);
    return state === "Next wave" && pass.success && pass.data.execution_id === execution_id ? [pass.data] : [];
  });
  const last = answers.at(-1);
  if (last === undefined) throw new Error(`no pass of ${execution_id} was recorded`);
  return last;
};

/** Takes everything that ran when the release stopped on to where a person is needed, or to its end. */
type GoOn = (recording: Recording, stores: Stores) => Promise<TestWorld>;

/** Runs go on in the middle, by the file they began with; workflow runs that begin now go by today's. */
const asOnStepFunctions: GoOn = async (recording, stores) => {
  const today = await readDefinition();
  const inTheMiddle = startingAt(recording.definition, "Next wave");
  const going = new Set<string>();
  const world = await updated(recording, stores, async (id) => (going.delete(id) ? inTheMiddle : today.text));
  for (const execution_id of await world.deps.executions.running()) {
    going.add(execution_id);
    const next = nextPassOf(recording, execution_id);
    // Its wave is at rest: what a state between two passes carries on is the answers of none.
    const carried = { ...next, wave: [], correlation_id: execution_id };
    await world.workflow.start(runName(next), carried);
  }
  return world;
};

/** Everything begins a fresh workflow run, by the file it began with. */
const asOnOneMachine: GoOn = async (recording, stores) => {
  const world = await updated(recording, stores, async () => recording.definition);
  await settleAbandoned(world.deps);
  for (const execution of await recover(world.deps)) await startRun(world.deps)(execution);
  return world;
};

const READS = ["/executions", "/approvals?status=open", "/contracts", "/agents", "/system", "/health", "/signals"];

describe.each(await recordedReleases())("after an update from %s", (release) => {
  let recording: Recording;
  let folder: string;
  const onDisk = databasesInFiles();
  beforeAll(async () => {
    recording = await readRecording(release);
    folder = await mkdtemp(join(tmpdir(), "buddy-upgrade-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const storesOnDisk = async (name: string): Promise<Stores> => {
    const { table, bodies } = await onDisk();
    return { table, bodies, artifactFiles: fileArtifacts(join(folder, name, "outputs")) };
  };

  it("every function of the state machine takes what it was given before an update, and answers as it did", async () => {
    const asked = new Map(recording.calls.map((call) => [JSON.stringify([call.state, call.input]), call]));
    expect(new Set([...asked.values()].map(({ state }) => state))).toEqual(tasksOf(recording.definition));
    for (const { state, input, output } of asked.values()) {
      const { tasks, wait } = (await updated(recording, inMemory())).tasks;
      const task = state === wait[0] ? wait[1] : tasks[state];
      const answer = await task?.(structuredClone(input)).catch((error: unknown) => {
        throw new Error(`${state} does not take ${JSON.stringify(input)}`, { cause: error });
      });
      expect(Object.keys(Object(answer)), state).toEqual(expect.arrayContaining(Object.keys(Object(output))));
    }
  });

  it("every record of before an update can be read and shown", async () => {
    const world = await updated(recording, await storesOnDisk("read"));
    const { deps } = world;
    const { get } = apiOf(world);
    const shown = async (path: string): Promise<void> => {
      const reply = await get(path);
      expect([path, reply.status, reply.ok ? "" : await reply.text()]).toEqual([path, 200, ""]);
    };
    for (const path of READS) await shown(path);
    for (const id of Object.values(recording.scenes)) {
      for (const path of ["", "/events", "/record", "/artifacts"]) await shown(`/executions/${id}${path}`);
      for (const { step_id } of await deps.steps.all(id)) await shown(`/executions/${id}/steps/${step_id}`);
      for (const { approval_id } of await deps.approvals.ofExecution(id)) await shown(`/approvals/${approval_id}`);
      for (const name of await deps.artifactFiles.list(id)) await shown(`/executions/${id}/artifacts/${name}`);
    }
    const keysOf = (family: string): string[] =>
      recording.items.flatMap(({ pk }) => (pk.startsWith(`${family}#=`) ? [pk.slice(family.length + 2)] : []));
    expect((await deps.inFlightCalls.all()).length).toBeGreaterThan(0);
    expect((await deps.signals.ofExecution(recording.scenes.ended ?? "")).length).toBeGreaterThan(0);
    expect((await Promise.all(keysOf("LEASE").map(deps.leases.get))).some((lease) => lease !== undefined)).toBe(true);
    for (const name of METRIC_NAMES) {
      expect((await deps.metricHistory.read(name, "2000-01-01", "2100-01-01")).items.length).toBeGreaterThan(0);
    }
    const again = await submitPlans(deps)({ ...REPEATED, text: JSON.stringify(REPEATED.body) });
    expect(again).toMatchObject({ ok: true, value: { submitted: { execution_id: recording.scenes.ended } } });
  });

  it.each([
    ["goes on in the middle of its run", asOnStepFunctions],
    ["begins a fresh workflow run", asOnOneMachine],
  ])(
    "an execution of before an update %s, ends as it should when people have decided, and can be verified",
    async (name, goOn) => {
      const world = await goOn(recording, await storesOnDisk(name));
      for (const id of Object.values(recording.scenes)) {
        expect((await verified(world, recording, id)).tampered).toEqual([]);
      }
      await world.rest();
      await sweep(world.deps)();
      expect(world.logged.filter(({ message }) => message.includes("could not be started"))).toEqual([]);
      const ends: Record<string, unknown> = {};
      for (const [scene, id] of Object.entries(recording.scenes)) {
        await SCENES[scene]?.finish(world, id);
        await world.rest();
      }
      for (const [scene, id] of Object.entries(recording.scenes)) {
        const { verdict, tampered } = await verified(world, recording, id);
        ends[scene] = { status: await statusOf(world, id), steps: await standing(world, id), verdict, tampered };
      }
      const expected = Object.entries(SCENES).map(([scene, { status, steps }]) => [
        scene,
        { status, steps, verdict: "OK", tampered: [] },
      ]);
      expect(ends).toEqual(Object.fromEntries(expected));
    },
  );
});
