import { describe, expect, it } from "vitest";
import { abortExecution } from "../../../functions/api/act/abort-execution.ts";
import { decideApproval } from "../../../functions/api/act/decide-approval.ts";
import { tellExecution } from "../../../functions/api/act/decide-many.ts";
import { extendApproval } from "../../../functions/api/act/extend-approval.ts";
import { publish } from "../../../functions/artifacts/publish.ts";
import type { Deps } from "../../../functions/deps.ts";
import { recordConclusion } from "../../../functions/execution/conclude/record-conclusion.ts";
import { sweep } from "../../../functions/execution/wait/sweep.ts";
import { takeUp } from "../../../functions/records/run-life-cycle.ts";
import { ARTIFACTS } from "../../../shared/artifacts/index.ts";
import type { DecisionWord } from "../../../shared/execution/approval/decide.ts";
import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import type { StepRecord } from "../../../shared/execution/record/step-record.ts";
import { verifyExecution } from "../../../shared/verification/verify-execution.ts";
import { approveAll, evidenceOf, keyPair, signedHarness, submit } from "../../shared/verification/real-execution.ts";
import { BOB, type Harness } from "../api/harness.ts";

const keys = keyPair();

const verdictOn = async (on: Harness, execution_id: string): Promise<string[]> => {
  const { verdict, checks } = verifyExecution(await evidenceOf(on, execution_id, keys));
  const found = checks.flatMap(({ findings }) => findings).filter(({ severity }) => severity !== "note");
  return [verdict, ...found.map(({ where, message }) => `${where}: ${message}`)];
};

const mails = {
  plan_id: "plan_1",
  goal: "write to Ann",
  agents: [{ agent_id: "agent_1", permissions: ["email_send"] }],
  steps: ["Hello", "Good bye"].map((subject, n) => ({
    step_id: `mail${n}`,
    agent_id: "agent_1",
    tool_name: "msgraph_send_email",
    arguments: { to: ["ann@example.com"], subject, body: subject },
    confidence: 0.95,
  })),
};

const openOf = async (on: Harness, execution_id: string) =>
  (await on.deps.approvals.ofExecution(execution_id)).filter(({ status }) => status === "open");

/** The process dies before it can write the event of what it has just written to a record. */
const dyingBeforeTheEvent = (deps: Deps): Deps => ({
  ...deps,
  auditLog: { ...deps.auditLog, appendOnce: () => Promise.reject(new Error("the process died")) },
});

const eventsOf = async (on: Harness, execution_id: string, type: string) =>
  (await on.deps.auditLog.chain(execution_id, "execution")).filter((event) => event.type === type);

describe("what a person said is sealed though its event was never written by who heard it:", () => {
  it("publishing seals an abort whose event the function that heard it never wrote", async () => {
    const on = await signedHarness(keys);
    const id = await submit(on, [mails]);
    const asked = { by: "olga", reason: "not any more" };
    const died = Promise.withResolvers<void>();
    const appendOnce = () => {
      died.resolve();
      return new Promise<never>(() => {});
    };
    void abortExecution({ ...on.deps, auditLog: { ...on.deps.auditLog, appendOnce } })(id, asked);
    await died.promise;
    expect(await sweep(on.deps)()).toMatchObject({ woken: 1 });
    await on.settle();
    expect((await on.deps.executions.get(id))?.status).toBe("ABORTED");
    expect(await verdictOn(on, id)).toEqual(["OK"]);
    expect(await eventsOf(on, id, "abort_requested")).toMatchObject([
      { actor: "olga", body: { reason: "not any more" } },
    ]);
  });

  it("publishing seals more time for a request that was decided later, whose event was never written", async () => {
    const on = await signedHarness(keys);
    const id = await submit(on, [mails]);
    const [first] = await openOf(on, id);
    const extending = extendApproval(dyingBeforeTheEvent(on.deps))(first?.approval_id ?? "", { seconds: 60 }, "olga");
    await expect(extending).rejects.toThrow("died");
    await approveAll(on, id);
    expect(await verdictOn(on, id)).toEqual(["OK"]);
    expect(await eventsOf(on, id, "approval_extended")).toMatchObject([{ actor: "olga", body: { seconds: 60 } }]);
  });

  it("publishing seals a vote on a request that was never decided, whose event was never written", async () => {
    const on = await signedHarness(keys);
    const id = await submit(on, [mails]);
    for (const request of await openOf(on, id)) {
      await on.deps.approvals.update({ ...request, approvals_required: 2 });
    }
    const [first] = await openOf(on, id);
    if (first === undefined) throw new Error("nothing is asked");
    const voting = decide(dyingBeforeTheEvent(on.deps), first, "approve");
    await expect(voting).rejects.toThrow("died");
    await abortExecution(on.deps)(id, { by: "olga", reason: "not any more" });
    await on.settle();
    expect(await verdictOn(on, id)).toEqual(["OK"]);
    expect(await eventsOf(on, id, "approval_decided")).toMatchObject([{ actor: "bob", body: { decision: "approve" } }]);
  });
});

const decide = (deps: Deps, { approval_id, digest }: { approval_id: string; digest: string }, decision: DecisionWord) =>
  decideApproval(deps)(approval_id, { decision, digest, comment: "so be it", arguments: null }, "bob", false);

describe("a decision", () => {
  it("a decision has one event where its execution follows it before its decider has written the event", async () => {
    const on = await signedHarness(keys);
    const id = await submit(on, [mails]);
    const [first] = await openOf(on, id);
    if (first === undefined) throw new Error("nothing is asked");
    const { appendOnce } = on.deps.auditLog;
    const slow: Deps = {
      ...on.deps,
      auditLog: {
        ...on.deps.auditLog,
        // While the decider takes its time, the sweeper wakes the execution, which drains the outbox and ends.
        appendOnce: async (...given) => {
          await approveAll(on, id);
          await sweep(on.deps)();
          await on.settle();
          return appendOnce(...given);
        },
      },
    };
    const decided = await decide(slow, first, "approve");
    if (!decided.ok) throw new Error(JSON.stringify(decided.refusal));
    expect(await eventsOf(on, id, "approval_decided")).toHaveLength(2);
    expect(await verdictOn(on, id)).toEqual(["OK"]);
    await tellExecution(on.deps, decided.value);
    await on.settle();
    expect(await verdictOn(on, id)).toEqual(["OK"]);
  });

  it("a decision on what a lock has left open is sealed anew, also where it is one vote of several, or more time", async () => {
    const on = await signedHarness(keys);
    const id = await submit(on, [mails]);
    for (const request of await openOf(on, id)) {
      await on.deps.approvals.update({ ...request, approvals_required: 2 });
    }
    const record = await on.deps.executions.get(id);
    if (record === undefined) throw new Error("no record");
    await recordConclusion(on.deps, record, { decision: "LOCKED", status: "LOCKED", failure: null });
    const concluded = await on.deps.executions.update({ ...record, concluded: "LOCKED" });
    await publish(on.deps)({ execution_id: id, history: 1 });
    expect(concluded && (await on.deps.executions.get(id))).toMatchObject({ status: "LOCKED", manifests: 1 });
    const [first] = await openOf(on, id);
    if (first === undefined) throw new Error("nothing is asked");
    await on.post(`/approvals/${first.approval_id}/decision`, { decision: "approve", digest: first.digest }, BOB);
    expect(await on.deps.executions.get(id)).toMatchObject({ status: "RUNNING", history: 2 });
    await publishAs(on, id, "LOCKED");
    expect(await verdictOn(on, id)).toEqual(["OK"]);
    await extendApproval(on.deps)(first.approval_id, { seconds: 60 }, "olga");
    expect(await on.deps.executions.get(id)).toMatchObject({ status: "RUNNING", history: 3 });
    await publishAs(on, id, "LOCKED");
    expect(await verdictOn(on, id)).toEqual(["OK"]);
    expect(await eventsOf(on, id, "approval_extended")).toHaveLength(1);
  });
});

/** The end of the workflow run that the record names, as Conclude and Artifacts make it. */
const publishAs = async (on: Harness, execution_id: string, status: "LOCKED" | "SUCCEEDED"): Promise<void> => {
  const record = await on.deps.executions.get(execution_id);
  if (record === undefined) throw new Error("no record");
  await concludeAs(on, record, status);
  await publish(on.deps)({ execution_id, history: record.history });
};

const concludeAs = async (on: Harness, record: ExecutionRecord, status: "LOCKED" | "SUCCEEDED"): Promise<void> => {
  await recordConclusion(on.deps, record, { decision: "DONE", status, failure: null });
  await on.deps.executions.update({ ...record, concluded: status });
};

describe("publishing", () => {
  /** The artifacts, and the manifest under both its names. */
  const WRITES = ARTIFACTS.length + 2;

  const concluded = async () => {
    const on = await signedHarness(keys);
    const id = await submit(on, [mails]);
    await approveAll(on, id);
    const record = await on.deps.executions.get(id);
    if (record === undefined) throw new Error("no record");
    // As Conclude left it: the artifacts are yet to come.
    await on.deps.executions.update({ ...record, status: "RUNNING", manifests: 0 });
    return { on, id };
  };

  /** Files whose `n`-th write waits for `before`. */
  const slowAt = (files: Deps["artifactFiles"], n: number, before: () => Promise<unknown>): Deps["artifactFiles"] => {
    let writes = 0;
    return {
      ...files,
      write: async (...given) => {
        writes += 1;
        if (writes === n) await before();
        return files.write(...given);
      },
    };
  };

  const agreesWithItsFiles = async (on: Harness, id: string): Promise<void> => {
    const record = await on.deps.executions.get(id);
    const manifest = JSON.parse((await on.deps.artifactFiles.read(id, "manifest.json")) ?? "{}");
    expect(record).toMatchObject({ status: "SUCCEEDED", manifests: manifest.number });
    expect(await verdictOn(on, id)).toEqual(["OK"]);
  };

  it.each(Array.from({ length: WRITES }, (_, n) => n + 1))(
    "publishing that is overtaken by a whole fresh workflow run before its write %i leaves files that agree",
    async (n) => {
      const { on, id } = await concluded();
      const overtake = async () => {
        on.time.now += 1000;
        await takeUp(on.deps)(id);
        await on.settle();
      };
      const artifactFiles = slowAt(on.deps.artifactFiles, n, overtake);
      await publish({ ...on.deps, artifactFiles })({ execution_id: id, history: 1 });
      await agreesWithItsFiles(on, id);
    },
  );

  it.each(Array.from({ length: WRITES }, (_, n) => n + 1))(
    "publishing that is given up before its write %i, done again by another, and goes on all the same, leaves files that agree",
    async (n) => {
      const { on, id } = await concluded();
      const again = async () => {
        on.time.now += 1000;
        await publish(on.deps)({ execution_id: id, history: 1 });
      };
      const artifactFiles = slowAt(on.deps.artifactFiles, n, again);
      await publish({ ...on.deps, artifactFiles })({ execution_id: id, history: 1 });
      await agreesWithItsFiles(on, id);
    },
  );

  it.each(Array.from({ length: WRITES }, (_, n) => n + 1))(
    "publishing that a fresh workflow run overtakes and meets, each half done at write %i, leaves files that agree",
    async (n) => {
      const { on, id } = await concluded();
      const late = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<void>();
      const first = publish({
        ...on.deps,
        artifactFiles: slowAt(on.deps.artifactFiles, n, async () => {
          begun.resolve();
          await late.promise;
        }),
      })({ execution_id: id, history: 1 });
      await begun.promise;
      on.time.now += 1000;
      await takeUp(on.deps)(id);
      const record = await on.deps.executions.get(id);
      if (record === undefined) throw new Error("no record");
      await concludeAs(on, record, "SUCCEEDED");
      const artifactFiles = slowAt(on.deps.artifactFiles, n, async () => {
        late.resolve();
        await first;
      });
      await publish({ ...on.deps, artifactFiles })({ execution_id: id, history: 2 });
      await agreesWithItsFiles(on, id);
    },
  );

  it("publishing goes by the events, whatever somebody wrote into the rows of steps and of the execution", async () => {
    const { on, id } = await concluded();
    const { steps, executions } = on.deps;
    const texts = () => Promise.all(ARTIFACTS.map(({ name }) => on.deps.artifactFiles.read(id, name)));
    const honest = await texts();
    const forged = (record: StepRecord): StepRecord => ({
      ...record,
      ending: "failed",
      reason: "whatever somebody wrote",
      live_output: record.mock_output,
      approved_by: ["mallory"],
      rungs: record.rungs.map((rung) => ({ ...rung, duration_ms: 99_999, started_at: "2020-01-01T00:00:00.000Z" })),
    });
    const all: Deps["steps"]["all"] = async (execution_id) => (await steps.all(execution_id)).map(forged);
    const get: Deps["steps"]["get"] = async (...key) => {
      const record = await steps.get(...key);
      return record && forged(record);
    };
    const record = await executions.get(id);
    if (record === undefined) throw new Error("no record");
    const [submitted_at, ended_at] = ["2020-01-01T00:00:00.000Z", "2030-01-01T00:00:00.000Z"];
    await executions.update({ ...record, submitted_at, ended_at });
    await publish({ ...on.deps, steps: { ...steps, all, get } })({ execution_id: id, history: 1 });
    expect(await texts()).toEqual(honest);
    await agreesWithItsFiles(on, id);
  });

  it("publishing gives up where others are faster each time, ends nothing, and succeeds when it is tried again", async () => {
    const { on, id } = await concluded();
    const write = async () => "moved" as const;
    const artifactFiles = { ...on.deps.artifactFiles, write };
    const asked = { execution_id: id, history: 1 };
    await expect(publish({ ...on.deps, artifactFiles })(asked)).rejects.toThrow(
      `others changed the artifacts of ${id} 3 times`,
    );
    expect(await on.deps.executions.get(id)).toMatchObject({ status: "RUNNING", manifests: 0 });
    await publish(on.deps)(asked);
    await agreesWithItsFiles(on, id);
  });

  it("an end whose machine goes down between the last write and the announcement is announced by the sweeper, once", async () => {
    const { on, id } = await concluded();
    const bus: Deps["bus"] = { publish: () => Promise.reject(new Error("the machine went down")) };
    await expect(publish({ ...on.deps, bus })({ execution_id: id, history: 1 })).rejects.toThrow("went down");
    expect(await on.deps.executions.get(id)).toMatchObject({ status: "SUCCEEDED" });
    const announced: unknown[] = [];
    const watched: Deps = { ...on.deps, bus: { publish: async (events) => void announced.push(...events) } };
    await sweep(watched)();
    expect(announced).toEqual([]);
    on.time.now += 61_000;
    expect(await sweep(watched)()).toMatchObject({ announced: 1 });
    expect(await sweep(watched)()).toMatchObject({ announced: 0 });
    expect(announced).toMatchObject([
      { type: "OrchestrationCompleted", detail: { id: `${id}/1`, status: "SUCCEEDED" } },
    ]);
  });

  it("publishing repeated after the end announces it again, under the same id, and writes nothing", async () => {
    const { on, id } = await concluded();
    const announced: unknown[] = [];
    const written: string[] = [];
    const { artifactFiles } = on.deps;
    const watched: Deps = {
      ...on.deps,
      bus: { publish: async (events) => void announced.push(...events) },
      artifactFiles: {
        ...artifactFiles,
        write: (execution_id, name, ...given) => {
          written.push(name);
          return artifactFiles.write(execution_id, name, ...given);
        },
      },
    };
    await publish(watched)({ execution_id: id, history: 1 });
    await publish(watched)({ execution_id: id, history: 1 });
    expect(written).toHaveLength(WRITES);
    expect(announced).toHaveLength(2);
    expect(announced[1]).toEqual(announced[0]);
    expect(announced[0]).toMatchObject({ type: "OrchestrationCompleted", detail: { id: `${id}/1` } });
  });
});
