import { expect, it } from "vitest";
import { submitted } from "../../../functions/api/schemas.ts";
import { planFailure } from "../../../functions/tools/failure-plan.ts";
import { verifyExecution } from "../../../shared/verification/verify-execution.ts";
import { ALICE, as, BOB, CAROL, type Harness } from "../../functions/api/harness.ts";
import { approveAll, evidenceOf, keyPair, signedHarness, somePlan, submit } from "./real-execution.ts";

const keys = keyPair();

/** Whatever happens to an execution that nobody tampers with, its record fits together. */
const expectOk = async (on: Harness, execution_id: string): Promise<string[]> => {
  const report = verifyExecution(await evidenceOf(on, execution_id, keys));
  const findings = report.checks.flatMap((check) => check.findings);
  expect(findings.filter(({ severity }) => severity !== "note")).toEqual([]);
  expect(report.verdict).toBe("OK");
  return findings.map(({ message }) => message);
};

const openRequests = async (on: Harness, execution_id: string) =>
  (await on.deps.approvals.ofExecution(execution_id)).filter(({ status }) => status === "open");

const decide = async (
  on: Harness,
  execution_id: string,
  step_id: string,
  decision: object,
  as = BOB,
): Promise<void> => {
  const request = (await openRequests(on, execution_id)).find((open) => open.step_id === step_id);
  if (request === undefined) throw new Error(`nothing is asked about ${step_id}`);
  const body = { digest: request.digest, comment: "because", ...decision };
  const reply = await on.post(`/approvals/${request.approval_id}/decision`, body, as);
  if (!reply.ok) throw new Error(await reply.text());
  await on.settle();
};

const failing = { failure_id: "f1", arguments: null, times: 1, delay_ms: 0, message: "failed on purpose" } as const;

it("an execution with a rejection, and what depends on it, is OK", async () => {
  const on = await signedHarness(keys);
  const id = await submit(on);
  await decide(on, id, "update", { decision: "reject" });
  await approveAll(on, id);
  await expectOk(on, id);
});

it("an execution with an edit is OK: the new order and the new request are on record", async () => {
  const on = await signedHarness(keys);
  const id = await submit(on);
  await decide(on, id, "update", { decision: "edit", arguments: { contact_id: "c3", fields: { stage: "lead" } } });
  await decide(
    on,
    id,
    "mail",
    { decision: "edit", arguments: { to: ["ann@example.com"], subject: "Hi", body: "Hi" } },
    CAROL,
  );
  await approveAll(on, id);
  await expectOk(on, id);
});

it("an execution whose requests expired is OK", async () => {
  const on = await signedHarness(keys);
  const id = await submit(on);
  on.time.now += 4 * 86_400_000;
  await on.post(`/executions/${id}/abort`, { reason: "nobody is there" }, ALICE);
  await on.settle();
  await expectOk(on, id);
});

it("an aborted execution is OK, with the requests it left voided", async () => {
  const on = await signedHarness(keys);
  const id = await submit(on);
  await on.post(`/executions/${id}/abort`, { reason: "a mistake" }, ALICE);
  await on.settle();
  await expectOk(on, id);
});

it("a plan that failed and was rolled back is OK", async () => {
  const on = await signedHarness(keys);
  await planFailure(on.world, { ...failing, tool_name: "msgraph_send_email", rung: "call", kind: "reject" });
  const plan = {
    ...somePlan,
    steps: somePlan.steps.map((step) => (step.step_id === "mail" ? { ...step, depends_on: ["look", "then"] } : step)),
  };
  const id = await submit(on, [plan]);
  await approveAll(on, id);
  const rows = await on.deps.ledger.ofExecution(id);
  expect(rows.filter(({ side, status }) => side === "compensation" && status === "COMMITTED")).toHaveLength(2);
  await expectOk(on, id);
});

it("a call of unknown outcome that a person settles is OK, whatever the person found", async () => {
  for (const decision of ["happened", "did_not_happen"]) {
    const on = await signedHarness(keys);
    const kind = decision === "happened" ? "time_out_after_effect" : "time_out_before";
    await planFailure(on.world, { ...failing, tool_name: "button_click", rung: "call", kind });
    const id = await submit(on, [clicks]);
    for (let turn = 0; turn < 20; turn += 1) {
      on.time.now += 60_000;
      const open = await openRequests(on, id);
      for (const { kind: asked, step_id } of open) {
        await decide(on, id, step_id, { decision: asked === "approve" ? "approve" : decision });
      }
      if (open.length === 0) break;
    }
    const kinds = (await on.deps.approvals.ofExecution(id)).map((request) => request.kind);
    expect(kinds).toContain("reconcile");
    await expectOk(on, id);
  }
});

const clicks = {
  plan_id: "plan_1",
  agents: [{ agent_id: "agent_1", permissions: [] }],
  steps: [
    { step_id: "inspect", agent_id: "agent_1", tool_name: "vision_inspect", arguments: {}, confidence: 0.95 },
    {
      step_id: "fill",
      agent_id: "agent_1",
      tool_name: "form_fill",
      arguments: { selector: "#email", value: "a@b.example" },
      confidence: 0.95,
      depends_on: ["inspect"],
    },
    {
      step_id: "click",
      agent_id: "agent_1",
      tool_name: "button_click",
      arguments: { selector: "#next" },
      confidence: 0.95,
      depends_on: ["fill"],
    },
  ],
};

it("a compensation that failed and was accepted as it stands is OK", async () => {
  const on = await signedHarness(keys);
  await planFailure(on.world, { ...failing, tool_name: "msgraph_send_email", rung: "call", kind: "reject" });
  await planFailure(on.world, {
    ...failing,
    failure_id: "f2",
    tool_name: "ghl_update_contact",
    rung: "compensate",
    kind: "reject",
  });
  const plan = {
    ...somePlan,
    steps: somePlan.steps.map((step) => (step.step_id === "mail" ? { ...step, depends_on: ["look", "then"] } : step)),
  };
  const id = await submit(on, [plan]);
  for (let turn = 0; turn < 10; turn += 1) {
    const open = await openRequests(on, id);
    for (const { kind, step_id } of open) {
      await decide(on, id, step_id, { decision: kind === "undo_failed" ? "accepted" : "approve" });
    }
    if (open.length === 0) break;
  }
  const kinds = (await on.deps.approvals.ofExecution(id)).map((request) => request.kind);
  expect(kinds).toContain("undo_failed");
  await expectOk(on, id);
});

it("an execution that was locked, unlocked and resumed is OK: approvals of what did not change are kept", async () => {
  const on = await signedHarness(keys);
  const id = await submit(on);
  await decide(
    on,
    id,
    "mail",
    { decision: "edit", arguments: { to: ["ann@example.com"], subject: "Hi", body: "Hi" } },
    CAROL,
  );
  const lock = await on.post(
    "/system/lock",
    { scope: { kind: "everything" }, mode: "stop_forward", reason: "look first" },
    ALICE,
  );
  expect(lock.ok, await lock.clone().text()).toBe(true);
  await on.settle();
  on.time.now += 60_000;
  const unlock = await on.post("/system/unlock", { scope: { kind: "everything" }, reason: "fine" }, BOB);
  expect(unlock.ok, await unlock.clone().text()).toBe(true);
  const resume = await on.post(`/executions/${id}/resume`, { reason: "go on" }, ALICE);
  expect(resume.ok, await resume.clone().text()).toBe(true);
  await on.settle();
  await approveAll(on, id);
  await expectOk(on, id);
});

/** s1 is changed, s2 made on top of it for good, s3 fails: whether s1 is undone is a person's to say. */
const restedOn = {
  plan_id: "plan_1",
  agents: [{ agent_id: "agent_1", permissions: ["ghl_access", "ghl_write", "email_send"] }],
  steps: [
    ["s1", "ghl_update_contact", { contact_id: "c1", fields: { stage: "customer" } }],
    ["s2", "ghl_create_contact", { first_name: "Ann", last_name: "Lee", email: "ann.lee@example.com" }],
    ["s3", "msgraph_send_email", { to: ["ann@example.com"], subject: "Hello", body: "Hello Ann" }],
  ].map(([step_id, tool_name, args], at, all) => ({
    step_id,
    tool_name,
    arguments: args,
    agent_id: "agent_1",
    confidence: 0.95,
    depends_on: all.slice(0, at).map(([id]) => id),
  })),
};

it.each(["approve", "reject"])(
  "a roll back that a person was asked about is OK, also where the answer was to %s",
  async (decision) => {
    const on = await signedHarness(keys);
    await planFailure(on.world, { ...failing, tool_name: "msgraph_send_email", rung: "call", kind: "reject" });
    const id = await submit(on, [restedOn]);
    for (const step_id of ["s1", "s2", "s3"]) await decide(on, id, step_id, { decision: "approve" });
    expect((await openRequests(on, id)).map(({ kind }) => kind)).toEqual(["undo"]);
    await decide(on, id, "s1", { decision });
    expect((await on.deps.steps.get(id, "s1"))?.state).toBe(decision === "approve" ? "ABORTED" : "LIVE");
    await expectOk(on, id);
  },
);

it("a call that another tool undid, after as many approvals as that tool wants, is OK", async () => {
  const on = await signedHarness(keys);
  const room = {
    risk_level: "MEDIUM",
    timeout_seconds: 20,
    requires_approval: false,
    approvals_required: 0,
    resources: [{ key: "room:{room_id}", access: "write" }],
    outcome_resolution: "OPAQUE",
  };
  const high = { risk_level: "HIGH", requires_approval: true, approvals_required: 2 };
  const undoing = { tool_name: "release_room", arguments: { room_id: "{room_id}" } };
  for (const [name, body] of [
    ["release_room", { ...room, ...high, reversible: false, compensation: "none" }],
    ["book_room", { ...room, reversible: true, compensation: undoing }],
  ] as const) {
    const reply = await on.put(`/contracts/${name}`, body);
    expect(reply.status, await reply.clone().text()).toBe(201);
  }
  await planFailure(on.world, { ...failing, tool_name: "msgraph_send_email", rung: "call", kind: "reject" });
  const [first, , last] = restedOn.steps;
  const booking = { ...first, tool_name: "book_room", arguments: { room_id: "r7" } };
  const id = await submit(on, [{ ...restedOn, steps: [booking, { ...last, depends_on: ["s1"] }] }]);
  await decide(on, id, "s3", { decision: "approve" });
  for (const person of [BOB, CAROL]) await decide(on, id, "s1", { decision: "approve" }, person);
  expect((await on.deps.steps.get(id, "s1"))?.ending).toBe("compensated");
  await expectOk(on, id);
});

it("an execution whose agent was given to another owner meanwhile is OK, and neither owner decided it", async () => {
  const on = await signedHarness(keys);
  const agent = { granted_permissions: ["ghl_access", "ghl_write", "email_send"] };
  const given = async (owner: string): Promise<void> => {
    for (const person of [ALICE, as("dave")]) {
      const reply = await on.put("/agents/agent_1", { ...agent, owner }, person);
      if (!reply.ok) throw new Error(await reply.text());
    }
  };
  const mayNot = async (caller: typeof BOB): Promise<void> => {
    await expect(decide(on, id, "mail", { decision: "approve" }, caller)).rejects.toThrow("four_eyes");
  };
  await given("Olga");
  const posted = await on.post("/executions", { plans: [somePlan] }, ALICE);
  const { execution_id: id } = submitted.parse(await posted.json());
  await given("otto");
  await on.settle();
  const [asked] = (await openRequests(on, id)).filter(({ step_id }) => step_id === "mail");
  expect(asked?.excluded).toEqual(["alice", "Olga", "otto"]);
  await given("oscar");
  for (const name of ["olga", "Otto", "oscar"]) await mayNot(as(name));
  await approveAll(on, id);
  await expectOk(on, id);
});
