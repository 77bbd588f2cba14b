import { describe, expect, it } from "vitest";
import { resumeMany } from "../../../functions/api/act/resume-many.ts";
import { heldExecutions } from "../../../functions/api/read/held-executions.ts";
import { heldPage, resumeResults, submitted } from "../../../functions/api/schemas.ts";
import { RecordDamaged } from "../../../shared/ports/damaged.ts";
import { ALICE, BOB, type Harness, harness, updatePlan } from "./harness.ts";

const SCOPE = { kind: "tool", tool_name: "ghl_update_contact" };

/** Executions that wait for a person when the tool is locked; ids in the order of their submission. */
const locked = async (count: number): Promise<{ h: Harness; ids: string[] }> => {
  const h = await harness();
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    h.time.now += 1_000;
    const reply = await h.post("/executions", { plans: [updatePlan("p1")] }, ALICE);
    ids.push(submitted.parse(await reply.json()).execution_id);
  }
  await h.settle();
  await h.post("/system/lock", { scope: SCOPE, reason: "odd" }, ALICE);
  await h.settle();
  return { h, ids };
};

const held = async (h: Harness, query = "") => heldPage.parse(await (await h.get(`/system/held${query}`)).json());
const resume = async (h: Harness, executions: readonly string[]) =>
  resumeResults.parse(await (await h.post("/executions/resume", { executions, reason: "unlocked" }, BOB)).json());

describe("what a lock held", () => {
  it("what a lock held is listed with the lock while it stands, and without one when it is lifted, in pages", async () => {
    const { h, ids } = await locked(3);
    const under = await held(h);
    expect(
      under.items.map(({ execution_id, steps_held, held_by }) => [execution_id, steps_held, held_by?.lock_id]),
    ).toEqual(ids.toReversed().map((id) => [id, 1, "tool:ghl_update_contact"]));
    await h.post("/system/unlock", { scope: SCOPE, reason: "checked" }, BOB);
    const seen: string[] = [];
    for (let next: string | null | undefined; next !== null; ) {
      const page = await held(h, `?limit=2${next === undefined ? "" : `&next=${next}`}`);
      expect(page.items.length).toBeLessThanOrEqual(2);
      expect(page.items.every(({ held_by }) => held_by === null)).toBe(true);
      seen.push(...page.items.map(({ execution_id }) => execution_id));
      next = page.next;
    }
    expect(seen).toEqual(ids.toReversed());
  });

  it("what a lock held is taken up together, each by itself: one that cannot be keeps no other back", async () => {
    const { h, ids } = await locked(2);
    expect((await resume(h, ids)).results.map(({ ok }) => ok)).toEqual([false, false]);
    await h.post("/system/unlock", { scope: SCOPE, reason: "checked" }, BOB);
    const { results } = await resume(h, [...ids, "01NONE", ...ids]);
    expect(results).toMatchObject([
      ...ids.map((id) => ({ ok: true, id })),
      { ok: false, id: "01NONE", problem: { status: 404 } },
    ]);
    await h.settle();
    expect((await held(h)).items).toEqual([]);
  });

  it("nothing is listed as held of an execution that has ended, or that no lock touched", async () => {
    const h = await harness();
    await h.post("/executions", { plans: [updatePlan("p1")] }, ALICE);
    await h.settle();
    expect(await held(h)).toEqual({ items: [], unreadable: [], next: null });
  });

  it("what a lock held is listed though a record beside it is damaged, and the place of that one is said", async () => {
    const { h, ids } = await locked(2);
    const [first = "", second] = ids;
    const all = (execution_id: string) =>
      execution_id === first
        ? Promise.reject(new RecordDamaged(`STEP#${first}`, undefined))
        : h.deps.steps.all(execution_id);
    const page = await heldExecutions({ ...h.deps, steps: { ...h.deps.steps, all } })({ limit: 10 });
    expect(page.items.map(({ execution_id }) => execution_id)).toEqual([second]);
    expect(page.unreadable).toEqual([`STEP#${first}`]);
  });

  it("what a lock held is taken up, and listed, as far as there is time for; the rest is said not to have been reached", async () => {
    const { h, ids } = await locked(2);
    await h.post("/system/unlock", { scope: SCOPE, reason: "checked" }, BOB);
    let at = h.time.now;
    const now = (): Date => {
      at += 11_000;
      return new Date(at);
    };
    const clock = { now };
    const page = await heldExecutions({ ...h.deps, clock })({ limit: 1 });
    expect([page.items.length, page.next === null]).toEqual([1, false]);
    const { results } = await resumeMany({ ...h.deps, clock })({ executions: ids, reason: "unlocked" }, "bob");
    expect(results).toMatchObject([
      { ok: true },
      { ok: false, problem: { detail: "it was not resumed: send it again" } },
    ]);
  });
});
