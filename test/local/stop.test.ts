import { expect, it } from "vitest";
import { silentLog } from "../../functions/adapters/log/silent.ts";
import { localWorkflow } from "../../local/engine/workflow.ts";

const DEFINITION = JSON.stringify({
  StartAt: "Await approval",
  States: {
    "Await approval": {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
      Parameters: { Payload: { "execution_id.$": "$.execution_id" } },
      TimeoutSecondsPath: "$.history",
      End: true,
    },
  },
});

it("a run that waits for a person leaves no timer behind when it is stopped", async () => {
  let running = 0;
  const timer = {
    after: () => {
      running += 1;
      return () => {
        running -= 1;
      };
    },
  };
  const workflow = localWorkflow({
    log: silentLog,
    definitionOf: async () => DEFINITION,
    tasksFor: () => ({ tasks: {}, wait: ["Await approval", async () => undefined] }),
    timer,
  });
  await workflow.start("e1-1", { execution_id: "e1", history: 1, correlation_id: "e1" });
  await workflow.idle();
  expect(running).toBe(1);
  await workflow.stop();
  await new Promise((resolve) => setImmediate(resolve));
  expect(running).toBe(0);
});
