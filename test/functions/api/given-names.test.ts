import { expect, it } from "vitest";
import { agentList, executionDetail, stepDetail, submitted } from "../../../functions/api/schemas.ts";
import { shortName } from "../../../shared/plan/given-names.ts";
import { ALICE, type Harness, harness, problemIn } from "./harness.ts";

const LONG = `call_1a2b__thought__${"QUJD/+==".repeat(569)}`;
const IDS = ["call_x|fc_y", "-7f3a", "_private", "ab+cd==", "ab/cd==", "#1", "...", "prüfen", LONG];

const planOf = (plan_id: string, ids: readonly string[], agent_id = "Research Agent") => ({
  plan_id,
  agents: [{ agent_id, permissions: [] }],
  steps: ids.map((step_id) => ({
    step_id,
    agent_id,
    tool_name: "memory_search",
    arguments: { query: step_id.slice(0, 20) },
  })),
});

const submit = async (h: Harness, plans: unknown[]) =>
  submitted.parse(await (await h.post("/executions", { plans }, ALICE)).json()).execution_id;

const stepAt = (h: Harness, id: string, name: string) => h.get(`/executions/${id}/steps/${encodeURIComponent(name)}`);

it("a step is found by the id that its plan wrote, percent-encoded, and by its id in the execution", async () => {
  const h = await harness();
  const id = await submit(h, [planOf("p1", IDS)]);
  await h.settle();
  const { steps } = executionDetail.parse(await (await h.get(`/executions/${id}`)).json());
  expect(new Set(steps.map(({ source_step_id }) => source_step_id))).toEqual(new Set(IDS));
  for (const written of IDS) {
    const found = stepDetail.parse(await (await stepAt(h, id, written)).json());
    expect(found).toMatchObject({ source_step_id: written, step_id: shortName(written), agent_id: "Research Agent" });
  }
  for (const written of IDS) {
    const found = stepDetail.parse(await (await stepAt(h, id, shortName(written))).json());
    expect(found).toMatchObject({ source_step_id: written, finished: true });
  }
});

it("an id that two plans wrote is not guessed at: the answer names both steps", async () => {
  const h = await harness();
  const id = await submit(h, [planOf("p1", ["call_x|fc_y"]), planOf("p2", ["call_x|fc_y"])]);
  const refused = await problemIn(await stepAt(h, id, "call_x|fc_y"));
  expect(refused.status).toBe(404);
  expect(refused.detail).toContain("p1.call_x|fc_y, p2.call_x|fc_y");
});

it("ids that nobody could tell apart, and empty ones, are refused with their place, and nothing is stored", async () => {
  const h = await harness();
  const refused = await problemIn(
    await h.post("/executions", { plans: [planOf("p1", ["", "a\u202eb", "x ", "..", "ok"])] }, ALICE),
  );
  expect(refused.status).toBe(400);
  expect(refused.violations?.map(({ path }) => path)).toEqual([
    "/plans/0/steps/0/step_id",
    "/plans/0/steps/1/step_id",
    "/plans/0/steps/2/step_id",
    "/plans/0/steps/3/step_id",
  ]);
  expect(refused.violations?.[0]?.message).toContain("is empty");
  expect((await h.deps.executions.list({ limit: 1, next: null })).items).toEqual([]);
});

it.each(["Research Agent", "assistant/default", "Agent #1", "Prüferin"])(
  "the agent %s is registered, found and listed by that name",
  async (agent_id) => {
    const h = await harness();
    const put = { owner: "olga", granted_permissions: [] };
    for (const path of new Set([agent_id, shortName(agent_id)])) {
      const reply = await h.put(`/agents/${encodeURIComponent(path)}`, { ...put, agent_id }, ALICE);
      expect([200, 201]).toContain(reply.status);
      const found = await (await h.get(`/agents/${encodeURIComponent(path)}`)).json();
      expect(found).toMatchObject({ agent_id });
    }
    const { agents } = agentList.parse(await (await h.get("/agents")).json());
    expect(agents.map((each) => each.agent_id)).toEqual([agent_id]);
  },
);
