import { expect, it } from "vitest";
import { memoryTable } from "../../../../functions/adapters/memory/table.ts";
import { work } from "../../../../functions/adapters/table/work.ts";
import { sharedBell } from "../../../../functions/tools/bell.ts";
import { lookUp } from "../../../../functions/tools/worker/look-up.ts";
import { workers } from "../../../../functions/tools/worker/workers.ts";
import { workerBinding } from "../../../../shared/contracts/binding/worker/worker-binding.ts";
import type { WorkCall } from "../../../../shared/execution/record/work.ts";
import { liveCall, toolCall } from "../../../ports/tool-adapter.ts";
import { manualTimer } from "../manual-timer.ts";
import { defined, moveCardBlindly } from "./card-tools.ts";

const at = (number: number, hour: string): WorkCall => ({
  ...{ call_id: `k1.call.${number}`, group: "cards", tool_name: "card_move_blindly", rung: "call", side: "forward" },
  ...{
    arguments: {},
    undo: null,
    idempotency_key: "k1",
    undoes: null,
    execution_id: "e1",
    step_id: "s1",
    agent_id: "a",
  },
  offered_at: `2026-01-31T${hour}:00:00.000Z`,
  start_by: `2026-01-31T${hour}:00:05.000Z`,
  deadline: `2026-01-31T${hour}:00:10.000Z`,
});

it("a call that was taken once, which is forgotten by now, is not said not to have happened", async () => {
  const kept = work(memoryTable());
  const [first, second] = [at(1, "12"), at(2, "14")];
  await kept.acts.offer(first);
  await kept.acts.take("cards", ["card_move_blindly"], "ada", first.offered_at);
  await kept.acts.offer(second);
  await kept.acts.withdraw(second);
  expect(await kept.acts.forget("2026-02-01T13:00:00.000Z", 10)).toBe(1);
  const means = workers(kept, sharedBell(manualTimer().timer), () => Date.parse("2026-02-01T13:00:00.000Z"));
  const call = liveCall(toolCall(defined(moveCardBlindly()), { card: "c", stage: "s" }), "k1");
  const binding = workerBinding.parse({ kind: "worker", group: "cards" });
  const asking = { binding, workers: means, calls: kept.acts, call };
  expect((await lookUp(asking, "k1", "forward")).kind).toBe("unknown");
});
