import { describe, expect, it } from "vitest";
import type { AskedCalls, CarriedRuns } from "../../shared/ports/calls.ts";

const call = (execution_id: string, same_call = "same", agent_id = "a1") => ({
  agent_id,
  same_call,
  execution_id,
  asked_at: "2030-01-01T00:00:00.000Z",
});

export const describeAskedCalls = (make: () => Promise<AskedCalls>): void => {
  describe("calls that agents wait for", () => {
    it("calls that agents wait for are claimed by one of those who ask for the same at once", async () => {
      const calls = await make();
      const claims = await Promise.all(["e1", "e2", "e3"].map((id) => calls.claim(call(id), null)));
      expect(claims.toSorted()).toEqual(["claimed", "moved", "moved"]);
      expect(await calls.get(call(""))).toEqual(call(`e${claims.indexOf("claimed") + 1}`));
    });

    it("calls that agents wait for are claimed anew only in the place of the one that was seen there", async () => {
      const calls = await make();
      await calls.claim(call("e1"), null);
      expect(await calls.claim(call("e2"), "e1")).toBe("claimed");
      expect(await calls.claim(call("e3"), "e1")).toBe("moved");
      expect((await calls.get(call("")))?.execution_id).toBe("e2");
    });

    it("calls that agents wait for leave the place of their own execution, and no other's", async () => {
      const calls = await make();
      await calls.claim(call("e1"), null);
      await calls.release(call("e0"));
      expect((await calls.get(call("")))?.execution_id).toBe("e1");
      await calls.release(call("e1"));
      expect(await calls.get(call(""))).toBeUndefined();
      await calls.release(call("e1"));
    });

    it("calls that agents wait for are counted by agent, so many at most", async () => {
      const calls = await make();
      for (const same of ["s1", "s2", "s3"]) await calls.claim(call(`e-${same}`, same), null);
      await calls.claim(call("e4", "s1", "a2"), null);
      expect((await calls.ofAgent("a1", 10)).map(({ same_call }) => same_call)).toEqual(["s1", "s2", "s3"]);
      expect(await calls.ofAgent("a1", 2)).toHaveLength(2);
      expect(await calls.ofAgent("a2", 10)).toEqual([call("e4", "s1", "a2")]);
    });
  });
};

export const describeCarriedRuns = (make: () => Promise<CarriedRuns>): void => {
  describe("runs that requests carry on", () => {
    it("runs that requests carry on are noted until they are over, and listed with their time", async () => {
      const runs = await make();
      expect(await runs.isCarried("e1")).toBe(false);
      await runs.put({ execution_id: "e1", until: "2030-01-01T00:00:00.000Z" });
      await runs.put({ execution_id: "e2", until: "2030-01-01T00:00:01.000Z" });
      expect(await runs.isCarried("e1")).toBe(true);
      await runs.remove("e1");
      await runs.remove("e1");
      expect(await runs.isCarried("e1")).toBe(false);
      expect(await runs.all()).toEqual([{ execution_id: "e2", until: "2030-01-01T00:00:01.000Z" }]);
    });
  });
};
