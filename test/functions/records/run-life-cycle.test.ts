import { describe, expect, it } from "vitest";
import { memoryTable } from "../../../functions/adapters/memory/table.ts";
import { memoryWorkflow } from "../../../functions/adapters/memory/workflow.ts";
import { tablePorts } from "../../../functions/adapters/table/index.ts";
import { wake, waker } from "../../../functions/execution/wait/wake.ts";
import { amend } from "../../../functions/records/amend.ts";
import { ExecutionNotFound } from "../../../functions/records/documents.ts";
import { partsOfRunName, runName, takeUp } from "../../../functions/records/run-life-cycle.ts";
import { accept } from "../../../shared/plan/result.ts";
import { Contended } from "../../../shared/ports/contention.ts";
import { execution } from "../../ports/records.ts";

const setUp = () => {
  const deps = { ...tablePorts(memoryTable()), workflow: memoryWorkflow() };
  return { ...deps, waker: waker(deps) };
};

describe("the name of a run of the engine", () => {
  it.each([
    { execution_id: "e1", history: 1 },
    { execution_id: "nightly-7", history: 12 },
    { execution_id: "nightly-7-p2", history: 3, publishing_runs: 2 },
  ])(
    "the name of a run of the engine tells which execution and workflow run it is of: $execution_id, $history",
    ({ publishing_runs, ...named }) => {
      const record = publishing_runs === undefined ? named : { ...named, publishing_runs };
      expect(partsOfRunName(runName(record))).toEqual(named);
    },
  );
});

describe("waking an execution", () => {
  it("waking an execution uses its token and removes it", async () => {
    const deps = setUp();
    await deps.waitTokens.put("e1", "t1", 3);
    expect(await wake(deps)("e1")).toBe("woken");
    expect(deps.workflow.woken).toEqual([{ token: "t1", output: {} }]);
    expect(await wake(deps)("e1")).toBe("not_waiting");
  });

  it("waking an execution wakes nobody by a dead token, and removes it, so that a workflow run that waits to be started is", async () => {
    const deps = setUp();
    await deps.waitTokens.put("e1", "t1", 3);
    deps.workflow.kill("t1");
    expect(await wake(deps)("e1")).toBe("not_waiting");
    expect(await deps.waitTokens.get("e1")).toBeUndefined();
  });

  it("waking an execution keeps the token where the engine could not be reached, so that it can be woken again", async () => {
    const deps = setUp();
    await deps.waitTokens.put("e1", "t1", 3);
    const away = { ...deps.workflow, wake: () => Promise.reject(new Error("throttled")) };
    await expect(wake({ ...deps, workflow: away })("e1")).rejects.toThrow("throttled");
    expect(await wake(deps)("e1")).toBe("woken");
  });

  it("waking an execution leaves a token alone that a later wait has put meanwhile", async () => {
    const deps = setUp();
    await deps.waitTokens.put("e1", "t1", 3);
    const workflow = {
      ...deps.workflow,
      wake: async (token: string) => {
        await deps.waitTokens.put("e1", "t2", 4);
        return token === "t1" ? ("woken" as const) : ("dead" as const);
      },
    };
    await wake({ ...deps, workflow })("e1");
    expect(await deps.waitTokens.get("e1")).toEqual({ token: "t2", pass: 4 });
  });
});

describe("taking an execution up again", () => {
  it("taking up an execution that waits wakes it and starts nothing", async () => {
    const deps = setUp();
    await deps.executions.create(execution());
    await deps.waitTokens.put("e1", "t1", 3);
    expect(await takeUp(deps)("e1")).toMatchObject({ history: 1, version: 1 });
    expect(deps.workflow.woken).toHaveLength(1);
    expect(deps.workflow.started).toEqual([]);
  });

  it.each(["SUCCEEDED", "INCOMPLETE", "ROLLED_BACK", "FAILED", "ABORTED", "LOCKED"] as const)(
    "taking up an execution that concluded %s starts a fresh workflow run, once",
    async (status) => {
      const deps = setUp();
      await deps.executions.create(
        execution({ status, concluded: status, ended_at: "2026-01-31T12:00:00.000Z", history: 4 }),
      );
      expect(await takeUp(deps)("e1")).toMatchObject({
        status: "RUNNING",
        concluded: null,
        ended_at: null,
        history: 5,
      });
      await takeUp(deps)("e1");
      expect(deps.workflow.started).toEqual([
        { name: "e1-5", input: { execution_id: "e1", history: 5, correlation_id: "e1" } },
      ]);
    },
  );

  it("taking up an execution does not lose a decision that comes while artifacts are being published", async () => {
    const deps = setUp();
    await deps.executions.create(execution({ status: "RUNNING", concluded: "FAILED" }));
    expect(await takeUp(deps)("e1")).toMatchObject({ status: "RUNNING", concluded: null, history: 2 });
  });

  it("taking up an execution starts what a crash kept from being started", async () => {
    const deps = setUp();
    await deps.executions.create(execution({ status: "LOCKED", concluded: "LOCKED" }));
    const away = { ...deps.workflow, start: () => Promise.reject(new Error("the machine went away")) };
    await expect(takeUp({ ...deps, workflow: away })("e1")).rejects.toThrow();
    await takeUp(deps)("e1");
    expect(deps.workflow.started.map(({ name }) => name)).toEqual(["e1-2"]);
  });

  it("taking up an execution says so when there is none", async () => {
    await expect(takeUp(setUp())("none")).rejects.toThrow(ExecutionNotFound);
  });
});

describe("changing an execution's record", () => {
  it("a change of an execution's record is tried again on what that has become", async () => {
    const deps = setUp();
    await deps.executions.create(execution());
    const add = (by: number) =>
      amend(deps)("e1", (record) => accept({ ...(record ?? execution()), manifests: (record?.manifests ?? 0) + by }));
    await Promise.all([add(1), add(10), add(100)]);
    expect(await deps.executions.get("e1")).toMatchObject({ manifests: 111, version: 4 });
  });

  it("a change of an execution's record gives up loudly when it never gets a turn", async () => {
    const deps = setUp();
    await deps.executions.create(execution());
    const busy = { ...deps.executions, update: async () => "moved" as const };
    const change = amend({ executions: busy })("e1", () => accept(execution({ manifests: 9 })));
    await expect(change).rejects.toThrow(Contended);
  });
});
