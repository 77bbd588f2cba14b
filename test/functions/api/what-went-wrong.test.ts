import { expect, it } from "vitest";
import { DatabaseUnusable } from "../../../local/database/failures.ts";
import { Contended } from "../../../shared/ports/contention.ts";
import { as, harness, problemIn } from "./harness.ts";

const failing = async (error: Error) => {
  const { deps } = await harness();
  const h = await harness({
    settings: {
      ...deps.settings,
      setLiveEnabled: async (enabled, by, at) => {
        if (!enabled) throw error;
        await deps.settings.setLiveEnabled(enabled, by, at);
      },
    },
  });
  const answer = await h.put("/system/live", { enabled: false, reason: "r" }, as("olga", ["system:lock"]));
  return { status: answer.status, detail: (await problemIn(answer)).detail };
};

it("a full disk is named to the caller, with what to do, and without the folder's path", async () => {
  const full = Object.assign(new Error("database or disk is full"), { errcode: 13 });
  const { status, detail } = await failing(new DatabaseUnusable("data/database", "failed", full));
  expect(status).toBe(500);
  expect(detail).toBe(
    "the database failed: its disk is full; make room: nothing of this was written, and what was answered is kept",
  );
});

it("a race that was lost at every turn is something to try again, and no defect", async () => {
  const { status, detail } = await failing(new Contended("the switch", 20));
  expect([status, detail]).toEqual([503, expect.stringContaining("send the same again in a moment")]);
});

it("an error of which nobody said what callers may know says that nothing is known", async () => {
  const { status, detail } = await failing(new Error("secret words"));
  expect([status, detail]).toEqual([500, expect.stringContaining("nothing is known about what was done")]);
});

it("a number that is not whole is named where a whole one is asked for", async () => {
  const h = await harness();
  const body = { reason: "r", depth: 1.5 };
  const answer = await h.post("/executions/01EX0001/rollback", body, as("olga", ["executions:operate"]));
  const { violations } = await problemIn(answer);
  expect(violations).toEqual([{ path: "/depth", rule: "type", message: "must be a whole number, not 1.5" }]);
});
