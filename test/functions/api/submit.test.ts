import { describe, expect, it } from "vitest";
import { submitted } from "../../../functions/api/schemas.ts";
import { as, harness, mailPlan, problemIn, updatePlan } from "./harness.ts";

const body = () => ({ plans: [updatePlan("p1"), mailPlan("p2")] });

describe("POST /executions", () => {
  it("a submission is accepted: what it rests on is stored, the machine started, and where to look is said", async () => {
    const h = await harness();
    const response = await h.post("/executions", body());
    expect(response.status).toBe(202);
    const reply = submitted.parse(await response.json());
    expect(reply).toMatchObject({ status: "RUNNING", plan_ids: ["p1", "p2"], step_count: 4 });
    expect(h.workflow.started).toEqual([
      {
        name: `${reply.execution_id}-1`,
        input: { execution_id: reply.execution_id, history: 1, correlation_id: "request-1" },
      },
    ]);
    const record = await h.deps.executions.get(reply.execution_id);
    expect(record).toMatchObject({ submitted_by: "alice", live_enabled: true, definition: "d0", history: 1 });
    const events = (await h.deps.auditLog.page(reply.execution_id, { limit: 10, next: null })).items;
    expect(events.map(({ type, actor }) => [type, actor])).toEqual([["submitted", "alice"]]);
  });

  it("a submission in Phase 21's short form is taken as it is", async () => {
    const h = await harness();
    const plan = {
      plan_id: "plan_1",
      agent_assignments: { agent_1: ["vision_inspect", "form_fill"], agent_2: ["button_click"] },
      execution_order: ["vision_inspect", "form_fill", "button_click"],
    };
    const reply = submitted.parse(await (await h.post("/executions", plan)).json());
    expect(reply.step_count).toBe(3);
    expect(reply.warnings.join()).toContain("0.7 is assumed");
  });

  it("a refused submission lists every violation with its path, and nothing is stored", async () => {
    const h = await harness();
    const plan = updatePlan("p1");
    const wrong = {
      plans: [
        {
          ...plan,
          steps: plan.steps.map((step) => ({ ...step, confidence: 7, tool_name: `${step.tool_name}x` })),
        },
      ],
      config: { approval_required_for_high_risk: false },
    };
    const response = await h.post("/executions", wrong);
    expect(response.status).toBe(400);
    const { violations = [] } = await problemIn(response);
    expect(violations.map(({ path }) => path).sort()).toEqual([
      "/config/approval_required_for_high_risk",
      "/plans/0/steps/0/confidence",
      "/plans/0/steps/0/tool_name",
      "/plans/0/steps/1/confidence",
      "/plans/0/steps/1/tool_name",
    ]);
    expect((await h.deps.executions.list({ limit: 10, next: null })).items).toEqual([]);
    expect(h.workflow.started).toEqual([]);
  });

  it("a submission with arguments that break the tool's input schema is refused", async () => {
    const h = await harness();
    const plan = updatePlan("p1");
    const steps = plan.steps.map((step) => ({ ...step, arguments: { fields: {}, colour: "red" } }));
    const { violations = [] } = await problemIn(await h.post("/executions", { plans: [{ ...plan, steps }] }));
    expect(violations.map(({ path }) => path)).toContain("/plans/0/steps/1/arguments/contact_id");
    expect(violations.map(({ path }) => path)).toContain("/plans/0/steps/1/arguments/colour");
  });

  it("a refused submission names the limit of a step's arguments and of a submission's steps", async () => {
    const h = await harness();
    const large = updatePlan("p1", "c1");
    const steps = [{ ...large.steps[0], arguments: { query: "x".repeat(65_536) } }];
    const tooLarge = await problemIn(await h.post("/executions", { plans: [{ ...large, steps }] }));
    expect(tooLarge.violations?.[0]).toMatchObject({ path: "/plans/0/steps/0/arguments", rule: "arguments_too_large" });
    expect(tooLarge.violations?.[0]?.message).toContain("65536");

    const many = {
      plan_id: "p",
      agent_assignments: { a: Array.from({ length: 10_001 }, () => "goal_query") },
    };
    const tooMany = await problemIn(await h.post("/executions", many));
    expect(tooMany.violations?.[0]?.message).toContain("at most 10000");
  });

  it("a refused submission names the limit of what the ids of all plans have together, and nothing is stored", async () => {
    const h = await harness();
    const plansWithIdsOf = (length: number) => ({
      plans: Array.from({ length: 2_600 }, (_, n) => ({
        plan_id: `p${n}`.padEnd(length, "x"),
        agent_assignments: { a: ["goal_query"] },
      })),
    });
    const tooLong = await h.post("/executions", plansWithIdsOf(98));
    expect(tooLong.status).toBe(400);
    expect((await problemIn(tooLong)).violations).toEqual([
      {
        path: "/plans",
        rule: "plan_ids_too_large",
        message:
          "the ids of its 2600 plans have 262600 bytes together; at most 262144 go into one submission, so send several",
      },
    ]);
    expect((await h.deps.executions.list({ limit: 10, next: null })).items).toEqual([]);
    expect((await h.post("/executions", plansWithIdsOf(97))).status).toBe(202);
  });

  it("a refused submission names the limit of a body that is too large, with and without content-length", async () => {
    const h = await harness();
    const text = JSON.stringify({ plans: [], padding: "x".repeat(4_194_304) });
    const declared = await h.post("/executions", text, undefined, { "content-length": String(text.length) });
    expect(declared.status).toBe(413);
    const counted = await h.post("/executions", text);
    expect(counted.status).toBe(413);
    expect((await problemIn(counted)).limit).toEqual({ name: "request_body", value: 4_194_304, unit: "bytes" });
  });

  it("a submission records the deployment's switch as it stands", async () => {
    const h = await harness();
    await h.put("/system/live", { enabled: false });
    const { execution_id } = submitted.parse(await (await h.post("/executions", body())).json());
    expect((await h.deps.executions.get(execution_id))?.live_enabled).toBe(false);
  });
});

describe("the Idempotency-Key of a submission", () => {
  const key = (value: string) => ({ "idempotency-key": value });

  it("an Idempotency-Key gives the same body the same execution, and starts nothing twice", async () => {
    const h = await harness();
    const first = submitted.parse(await (await h.post("/executions", body(), undefined, key("k1"))).json());
    const again = await h.post("/executions", body(), undefined, key("k1"));
    expect(again.status).toBe(202);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(submitted.parse(await again.json())).toEqual(first);
    expect(h.workflow.started).toHaveLength(1);
    const { items } = await h.deps.auditLog.page(first.execution_id, { limit: 10, next: null });
    expect(items).toHaveLength(1);
  });

  it("an Idempotency-Key that was used refuses another body", async () => {
    const h = await harness();
    await h.post("/executions", body(), undefined, key("k1"));
    const other = await h.post("/executions", { plans: [updatePlan("p9")] }, undefined, key("k1"));
    expect(other.status).toBe(409);
    expect(h.workflow.started).toHaveLength(1);
  });

  it("an Idempotency-Key belongs to its submitter: another's same key is another key", async () => {
    const h = await harness();
    const one = submitted.parse(await (await h.post("/executions", body(), as("alice"), key("k1"))).json());
    const other = submitted.parse(await (await h.post("/executions", body(), as("bob"), key("k1"))).json());
    expect(other.execution_id).not.toBe(one.execution_id);
  });

  it("an Idempotency-Key is free again after a refusal, which stored nothing", async () => {
    const h = await harness();
    expect((await h.post("/executions", { plans: [] }, undefined, key("k1"))).status).toBe(400);
    expect((await h.post("/executions", body(), undefined, key("k1"))).status).toBe(202);
  });

  it("an Idempotency-Key still answers when a contract has changed so that the body would now be refused", async () => {
    const h = await harness();
    const first = submitted.parse(await (await h.post("/executions", body(), undefined, key("k1"))).json());
    const contract = await h.deps.contracts.get("ghl_update_contact");
    const strict = { ...contract, input_schema: { type: "object", required: ["approved_by_legal"] } };
    expect((await h.put("/contracts/ghl_update_contact", strict)).status).toBe(201);
    expect((await h.post("/executions", body())).status).toBe(400);
    const again = submitted.parse(await (await h.post("/executions", body(), undefined, key("k1"))).json());
    expect(again.execution_id).toBe(first.execution_id);
  });

  it.each(["remember", "create", "begin", "start"] as const)(
    "a submission sent again does what a crash at %s left undone",
    async (where) => {
      const crash = { armed: true };
      const failing =
        <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
        async (...args: Args): Promise<Result> => {
          if (!crash.armed) return work(...args);
          crash.armed = false;
          throw new Error("the machine went away");
        };
      const plain = await harness();
      const { executions, auditLog, workflow } = plain.deps;
      const h = await harness({
        executions: {
          ...executions,
          ...(where === "remember" ? { remember: failing(executions.remember) } : {}),
          ...(where === "create" ? { create: failing(executions.create) } : {}),
        },
        auditLog: where === "begin" ? { ...auditLog, begin: failing(auditLog.begin) } : auditLog,
        workflow: where === "start" ? { ...workflow, start: failing(workflow.start) } : workflow,
      });
      expect((await h.post("/executions", body(), undefined, key("k1"))).status).toBe(500);
      const reply = submitted.parse(await (await h.post("/executions", body(), undefined, key("k1"))).json());
      expect(plain.workflow.started.map(({ name }) => name)).toEqual([`${reply.execution_id}-1`]);
      const { items } = await auditLog.page(reply.execution_id, { limit: 10, next: null });
      expect(items.map(({ type }) => type)).toEqual(["submitted"]);
      expect((await executions.list({ limit: 10, next: null })).items).toHaveLength(1);
    },
  );

  it("an Idempotency-Key must be visible ASCII", async () => {
    const h = await harness();
    const refused = await problemIn(await h.post("/executions", body(), undefined, key("a b")));
    expect(refused.violations?.[0]?.path).toBe("/header/Idempotency-Key");
  });
});
