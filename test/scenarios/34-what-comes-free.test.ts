import { expect, it } from "vitest";
import type { JsonObject } from "../../shared/plan/json.ts";
import { ODD } from "../harness/odd-tools.ts";
import { stepOf } from "../harness/outcome.ts";
import { approve, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

/** A tool that calls one at a time, half a minute each, and nobody is asked before it. */
const narrow: JsonObject = {
  ...ODD,
  tool_name: "narrow_write",
  max_concurrent: 1,
};

/** A tool whose calls all write one record. */
const shared: JsonObject = {
  ...narrow,
  tool_name: "shared_write",
  max_concurrent: 10,
  resources: [{ key: "graph", access: "write" }],
};

/** A tool that reads, one call at a time. */
const read: JsonObject = {
  ...narrow,
  tool_name: "narrow_read",
  risk_level: "LOW",
  timeout_seconds: 5,
  reversible: false,
  compensation: "none",
};

const slowly = async (tool_name = "narrow_write") => {
  const world = await startWorld({ contracts: [narrow, shared] });
  await world.fail({ tool_name, rung: "call", kind: "slow", delay_ms: 30_000, times: null });
  return world;
};

const startOf = async (world: Awaited<ReturnType<typeof slowly>>, id: string, step_id: string): Promise<number> => {
  const started_at = (await stepOf(world, id, step_id)).rungs.at(-1)?.started_at ?? "";
  return (Date.parse(started_at) - Date.parse((await world.deps.executions.get(id))?.submitted_at ?? "")) / 1_000;
};

it("a slot that is given back goes at once to the execution that waits for it, however long its pause had grown", async () => {
  const world = await slowly();
  const first = await submit(world, { plans: [plan("p", [call("s1", "narrow_write", { n: 1 })])] });
  const second = await submit(world, { plans: [plan("q", [call("s2", "narrow_write", { n: 2 })])] });
  await world.pass(61);
  expect(await stepOf(world, first, "s1")).toMatchObject({ ending: "live" });
  expect(await stepOf(world, second, "s2")).toMatchObject({ ending: "live" });
  expect(await startOf(world, second, "s2")).toBeLessThan(30.5);
});

it("of steps of one execution that wait, as many are let through as slots are free, one after the other", async () => {
  const world = await slowly();
  const steps = [1, 2, 3].map((n) => call(`s${n}`, "narrow_write", { n }, { agent: `a${n}` }));
  const id = await submit(world, { plans: steps.map((step, n) => plan(`p${n}`, [step])) });
  await world.pass(92);
  const starts = await Promise.all(["s1", "s2", "s3"].map((step_id) => startOf(world, id, step_id)));
  expect(starts.map((start) => Math.round(start)).sort((one, other) => one - other)).toEqual([0, 30, 60]);
});

it("reads that waited for a slot say afterwards no more that they wait", async () => {
  const world = await startWorld({ contracts: [read] });
  await world.fail({ tool_name: "narrow_read", rung: "call", kind: "slow", delay_ms: 3_000, times: null });
  const ids: string[] = [];
  for (const n of [1, 2, 3]) ids.push(await submit(world, { plans: [plan("p", [call("s", "narrow_read", { n })])] }));
  await world.pass(60);
  const steps = await Promise.all(ids.map((id) => stepOf(world, id, "s")));
  expect(steps.map(({ state, ending }) => `${state} ${ending}`)).toEqual(ids.map(() => "LIVE live"));
  expect(steps.filter(({ deferrals }) => deferrals > 0)).not.toEqual([]);
  for (const { reason } of steps) expect(reason ?? "").not.toMatch(/limit/u);
});

it("a record that is let go goes at once to the execution whose turn it is, however many wait and long they have", async () => {
  const world = await slowly("shared_write");
  const numbers = [1, 2, 3, 4, 5];
  const ids: string[] = [];
  for (const n of numbers) ids.push(await submit(world, { plans: [plan("p", [call("s", "shared_write", { n })])] }));
  await world.pass(160);
  const starts = await Promise.all(ids.map((id) => startOf(world, id, "s")));
  expect(starts.map(Math.round)).toEqual(numbers.map((n) => 30 * (n - 1)));
});

it("a call whose service takes one an hour waits for its token, though another execution was given the one there was", async () => {
  const hourly: JsonObject = {
    ...ODD,
    requires_approval: true,
    approvals_required: 1,
    rate_limit: { service: "odd", limit: 1, window_seconds: 3_600 },
  };
  const world = await startWorld({ contracts: [hourly] });
  const ids = await Promise.all(
    [1, 2].map((n) => submit(world, { plans: [plan("p", [call("s", ODD.tool_name, { n })])] })),
  );
  for (const id of ids) await approve(world, id, "s");
  await world.pass(3_660);
  expect(await Promise.all(ids.map((id) => startOf(world, id, "s")))).toEqual([0, 3_600]);
  // It is put off once: nothing that happens before its time brings it a token.
  const chain = await world.deps.auditLog.chain(ids[1] ?? "", "step:s");
  expect(chain.filter(({ body }) => JSON.stringify(body).includes("is used up"))).toHaveLength(1);
});
