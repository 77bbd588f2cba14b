import { describe, expect, it } from "vitest";
import { memoryWorkflow } from "../../../../functions/adapters/memory/workflow.ts";
import { awaitApproval } from "../../../../functions/execution/wait/await-approval.ts";
import { standing, statusOf } from "../../../harness/outcome.ts";
import { approveQuietly, requestFor, submit, tryToDecide } from "../../../harness/people.ts";
import { plan, update } from "../../../harness/plans.ts";
import { startWorld } from "../../../harness/world.ts";

const one = { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] };

describe("a wait", () => {
  it("a wait that begins after what it would wait for has happened wakes itself", async () => {
    const world = await startWorld({
      wrap: (tasks) => ({
        ...tasks,
        // Somebody decides after Next wave has answered and before the token is stored.
        "Next wave": async (input) => {
          const answer = await tasks["Next wave"]?.(input);
          const { decision, execution_id } = answer as { decision: string; execution_id: string };
          if (decision === "WAIT") await approveQuietly(world, execution_id, "s1").catch(() => undefined);
          return answer;
        },
      }),
    });
    const id = await submit(world, one);
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
  });

  it("a wait that finds nothing new keeps its token for whoever decides", async () => {
    const world = await startWorld();
    const id = await submit(world, one);
    const token = await world.deps.waitTokens.get(id);
    const workflow = memoryWorkflow();
    await awaitApproval({ ...world.deps, workflow })({
      execution_id: id,
      history: 1,
      pass: token?.pass,
      wait_seconds: 60,
      task_token: "t1",
    });
    expect(workflow.woken).toEqual([]);
    expect((await world.deps.waitTokens.get(id))?.token).toBe("t1");
    // A vote that does not close the request is news, too: it must not be slept over.
    await tryToDecide(world, await requestFor(world, id, "s1"), "approve");
    await awaitApproval({ ...world.deps, workflow })({
      execution_id: id,
      history: 1,
      pass: token?.pass,
      wait_seconds: 60,
      task_token: "t2",
    });
    expect(workflow.woken.map(({ token: woken }) => woken)).toEqual(["t2"]);
  });

  it("a wait that could not be recorded wakes itself rather than wait for its time limit", async () => {
    const world = await startWorld();
    const id = await submit(world, one);
    const workflow = memoryWorkflow();
    const waitTokens = {
      ...world.deps.waitTokens,
      put: async () => {
        throw new Error("the table does not answer");
      },
    };
    await awaitApproval({ ...world.deps, workflow, waitTokens })({
      execution_id: id,
      history: 1,
      pass: 4,
      wait_seconds: 60,
      task_token: "t1",
    });
    expect(workflow.woken.map(({ token }) => token)).toEqual(["t1"]);
  });
});
