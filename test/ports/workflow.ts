import { describe, expect, it } from "vitest";
import type { Workflow } from "../../shared/ports/workflow.ts";

/** @param make an engine in which every token but `dead` is alive until it is woken */
export const describeWorkflow = (make: () => Promise<Workflow>): void => {
  describe("a workflow engine", () => {
    it("a workflow engine starts one run of a name, ever", async () => {
      const workflow = await make();
      expect(await workflow.start("e1-1", { execution_id: "e1", history: 1, correlation_id: "c1" })).toBe("started");
      expect(await workflow.start("e1-1", { execution_id: "e1", history: 1, correlation_id: "c1" })).toBe("exists");
      expect(await workflow.start("e1-2", { execution_id: "e1", history: 2, correlation_id: "c1" })).toBe("started");
    });

    it("a workflow engine wakes a token once; one that is dead counts as woken", async () => {
      const workflow = await make();
      expect(await workflow.wake("t1", { reason: "decided" })).toBe("woken");
      expect(await workflow.wake("t1", { reason: "decided" })).toBe("dead");
      expect(await workflow.wake("dead", {})).toBe("dead");
    });
  });
};
