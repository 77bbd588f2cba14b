import { afterEach, expect, it, vi } from "vitest";
import { silentLog } from "../../functions/adapters/log/silent.ts";
import { localWorkflow } from "../../local/engine/workflow.ts";

const DEFINITION = JSON.stringify({
  StartAt: "Await approval",
  States: {
    "Await approval": {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
      Parameters: { Payload: { "execution_id.$": "$.execution_id", "history.$": "$.history", wait_seconds: 600 } },
      TimeoutSecondsPath: "$.wait_seconds",
      End: true,
    },
  },
});

afterEach(() => {
  vi.useRealTimers();
});

it("a run that waits for a person leaves no timer behind that would keep the process, when it is stopped", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const workflow = localWorkflow({
    log: silentLog,
    definitionOf: async () => DEFINITION,
    tasksFor: () => ({ tasks: {}, wait: ["Await approval", async () => undefined] }),
  });
  await workflow.start("e1-1", { execution_id: "e1", history: 1, correlation_id: "e1" });
  await workflow.idle();
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  await workflow.stop();
  await new Promise((resolve) => setImmediate(resolve));
  expect(vi.getTimerCount()).toBe(0);
});
