import { describe, expect, it } from "vitest";
import type { WaitTokens } from "../../shared/ports/executions.ts";

export const describeWaitTokens = (make: () => Promise<WaitTokens>): void => {
  describe("wait tokens", () => {
    it("wait tokens are kept each for one execution", async () => {
      const tokens = await make();
      expect(await tokens.get("e1")).toBeUndefined();
      await tokens.put("e1", "t1", 3);
      await tokens.put("e2", "t2", 1);
      await tokens.remove("e1", "t1");
      expect(await tokens.get("e1")).toBeUndefined();
      expect(await tokens.get("e2")).toEqual({ token: "t2", pass: 1 });
    });

    it("wait tokens are replaced by that of a later wait", async () => {
      const tokens = await make();
      await tokens.put("e1", "t1", 1);
      await tokens.put("e1", "t2", 2);
      expect(await tokens.get("e1")).toEqual({ token: "t2", pass: 2 });
    });

    it("wait tokens can be read, and removed only while they are the open one", async () => {
      const tokens = await make();
      await tokens.put("e1", "t1", 1);
      expect(await tokens.get("e1")).toEqual({ token: "t1", pass: 1 });
      await tokens.put("e1", "t2", 2);
      await tokens.remove("e1", "t1");
      expect(await tokens.get("e1")).toEqual({ token: "t2", pass: 2 });
      await tokens.remove("e1", "t2");
      expect(await tokens.get("e1")).toBeUndefined();
    });
  });
};
