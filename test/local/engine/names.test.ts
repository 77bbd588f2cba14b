import { expect, it } from "vitest";
import { silentLog } from "../../../functions/adapters/log/silent.ts";
import { localWorkflow } from "../../../local/engine/workflow.ts";

const DEFINITION = JSON.stringify({ StartAt: "Done", States: { Done: { Type: "Succeed" } } });

const input = { execution_id: "e1", history: 1, correlation_id: "e1" };

const workflow = () =>
  localWorkflow({
    log: silentLog,
    definitionOf: async () => DEFINITION,
    tasksFor: () => ({ tasks: {}, wait: ["Await approval", async () => undefined] }),
  });

it("a run is not begun again while it goes on, nor when it has ended", async () => {
  const { start, idle } = workflow();
  expect(await Promise.all([start("e1-1", input), start("e1-1", input)])).toEqual(["started", "exists"]);
  await idle();
  expect(await start("e1-1", input)).toBe("exists");
});

it("of runs that ended, only the last thousand are remembered, so that memory does not grow with what was", async () => {
  const { start, idle } = workflow();
  for (let number = 0; number <= 1_000; number += 1) await start(`e1-${number}`, input);
  await idle();
  expect(await start("e1-1000", input)).toBe("exists");
  expect(await start("e1-0", input)).toBe("started");
  await idle();
});
