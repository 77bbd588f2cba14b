import { describe, expect, it, vi } from "vitest";
import { memoryTable } from "../../../functions/adapters/memory/table.ts";
import { secretId } from "../../../functions/adapters/secret-id.ts";
import { approvalLinks } from "../../../functions/adapters/table/approval-links.ts";
import { approvals } from "../../../functions/adapters/table/approvals.ts";
import {
  approvalQueue,
  approvalView,
  decisionResults,
  executionDetail,
  submitted,
} from "../../../functions/api/schemas.ts";
import { requestLink } from "../../../shared/execution/approval/request-link.ts";
import { approval } from "../../ports/records.ts";
import { SMALLEST_PICTURE } from "../../shared/execution/approval/smallest-picture.ts";
import { ALICE, as, BOB, CAROL, type Harness, harness, mailPlan, problemIn, updatePlan } from "./harness.ts";

/** Submitted by alice, rehearsed, and waiting for people. */
const waiting = async (plans: unknown[], config: Record<string, unknown> = {}) => {
  const h = await harness();
  const { execution_id } = submitted.parse(await (await h.post("/executions", { plans, config }, ALICE)).json());
  await h.settle();
  return { h, execution_id };
};

const queue = async (h: Harness, query = "", caller = BOB) =>
  approvalQueue.parse(await (await h.get(`/approvals${query}`, caller)).json());

const only = async (h: Harness, tool: string, caller = BOB) => {
  const [plan] = (await queue(h, `?tool=${tool}`, caller)).plans;
  const [approval] = plan?.approvals ?? [];
  if (approval === undefined) throw new Error(`nothing of ${tool} is asked`);
  return approval;
};

/** As it was announced. */
const linkTo = (h: Harness, approval_id: string): string => {
  const told = h.bus.published.find(({ detail }) => detail.approval_id === approval_id);
  return String(told?.detail.link ?? expect.fail(`${approval_id} was not announced`));
};

const stepOf = async (h: Harness, execution_id: string, step_id: string) =>
  (await h.deps.steps.get(execution_id, step_id)) ?? expect.fail(`no step ${step_id}`);

const DORA = as("dora", ["approvals:decide"]);

describe("GET /approvals", () => {
  it("the list of approvals shows by plan what would happen, in literal arguments and in old and new values", async () => {
    const { h, execution_id } = await waiting([updatePlan("p1"), mailPlan("p2")]);
    const { plans, count, next } = await queue(h);
    expect({ count, next }).toEqual({ count: 2, next: null });
    expect(plans.map(({ plan_id }) => plan_id)).toEqual(["p2", "p1"]);
    const [update] = plans[1]?.approvals ?? [];
    expect(update).toMatchObject({
      execution_id,
      tool_name: "ghl_update_contact",
      arguments: { contact_id: "c1", fields: { stage: "customer" } },
      goal: { untrusted: true, text: "keep the CRM right" },
      rationale: { untrusted: true, text: "asked by mail" },
      remaining_seconds: 259_200,
      approvals_given: 0,
      approvals_required: 1,
      you_may: ["approve", "reject", "edit"],
    });
    expect(update?.changes).toEqual([
      { record: expect.any(String), field: "stage", old: "qualified", new: "customer" },
    ]);
  });

  it("the list of approvals filters by agent, tool, plan, execution and by what the caller may decide", async () => {
    const { h, execution_id } = await waiting([updatePlan("p1"), mailPlan("p2")]);
    expect((await queue(h, "?agent=agent_1")).count).toBe(2);
    expect((await queue(h, "?agent=agent_9")).count).toBe(0);
    expect((await queue(h, "?tool=msgraph_send_email")).count).toBe(1);
    expect((await queue(h, "?plan=p1")).count).toBe(1);
    expect((await queue(h, `?execution=${execution_id}`)).count).toBe(2);
    expect((await queue(h, "?mine=true", BOB)).count).toBe(2);
    // Alice submitted them: the HIGH one is for others.
    expect((await queue(h, "?mine=true", ALICE)).plans.map(({ plan_id }) => plan_id)).toEqual(["p1"]);
    expect((await queue(h, "?status=approved")).count).toBe(0);
  });

  it("a list of approvals and a request offer nothing to a token that may not decide, and say why", async () => {
    const { h } = await waiting([updatePlan("p1")]);
    const reader = as("audrey", ["read"]);
    const listed = await only(h, "ghl_update_contact", reader);
    const opened = approvalView.parse(await (await h.get(`/approvals/${listed.approval_id}`, reader)).json());
    for (const seen of [listed, opened]) {
      expect(seen).toMatchObject({ you_may: [], you_may_not_because: expect.stringContaining("approvals:decide") });
    }
    expect((await queue(h, "?mine=true", reader)).count).toBe(0);
    expect((await queue(h, "?mine=true")).count).toBe(1);
  });

  it("the list of approvals pages through everything once, in the whole queue and inside an execution", async () => {
    const plans = Array.from({ length: 7 }, (_, n) => updatePlan(`p${n}`, `c${n + 1}`));
    const { h, execution_id } = await waiting(plans);
    for (const filter of ["", `&execution=${execution_id}`]) {
      const seen: string[] = [];
      let next: string | null = null;
      do {
        const mark: string = next === null ? "" : `&next=${next}`;
        const page = await queue(h, `?limit=3${filter}${mark}`);
        seen.push(...page.plans.flatMap(({ approvals }) => approvals.map(({ step_id }) => step_id)));
        next = page.next;
      } while (next !== null);
      expect(seen).toHaveLength(7);
      expect(new Set(seen).size).toBe(7);
    }
  });
});

describe("GET /approvals, page by page", () => {
  const idsOf = ({ plans }: { plans: readonly { approvals: readonly { approval_id: string }[] }[] }) =>
    plans.flatMap(({ approvals }) => approvals.map(({ approval_id }) => approval_id));

  it("the list of approvals loses none that gets more time between two pages", async () => {
    const plans = Array.from({ length: 6 }, (_, n) => updatePlan(`p${n}`, `c${n + 1}`));
    const { h, execution_id } = await waiting(plans);
    for (const filter of ["", `&execution=${execution_id}`]) {
      const all = new Set(idsOf(await queue(h)));
      const first = await queue(h, `?limit=3${filter}`);
      const left = [...all].filter((id) => !idsOf(first).includes(id));
      for (const id of [idsOf(first)[0], left[0]]) {
        expect((await h.post(`/approvals/${id}/extend`, { seconds: 3_600 }, BOB)).ok).toBe(true);
      }
      const seen = new Set(idsOf(first));
      for (let { next } = first; next !== null; ) {
        const page = await queue(h, `?limit=3${filter}&next=${next}`);
        for (const id of idsOf(page)) seen.add(id);
        next = page.next;
      }
      expect(seen).toEqual(all);
    }
  });
});

describe("GET /approvals/{id}/picture", () => {
  const withBody = async (body: string) => {
    const { h } = await waiting([updatePlan("p1")]);
    const { approval_id } = await only(h, "ghl_update_contact");
    const request = (await h.deps.approvals.get(approval_id)) ?? expect.fail("nobody is asked");
    await h.deps.approvals.update({ ...request, picture: await h.deps.bodies.put("pictures", body) });
    return { h, path: `/approvals/${approval_id}` };
  };

  it("the picture of a request is the file beside the preview, of the one media type that it may be", async () => {
    const { h, path } = await withBody(SMALLEST_PICTURE);
    const { picture } = approvalView.parse(await (await h.get(path, BOB)).json());
    expect(picture).toEqual({ media_type: "image/jpeg", href: `${path}/picture`, digest: expect.any(String) });
    const answer = await h.get(`${path}/picture`, BOB);
    expect(answer.headers.get("content-type")).toBe("image/jpeg");
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from([0xff, 0xd8, 0xff, 0xd9]));
  });

  it("the picture of a request is not there where no tool showed one, or where what is stored is no picture", async () => {
    const { h, path } = await withBody("data:image/svg+xml;base64,PHN2Zz4=");
    expect((await h.get(`${path}/picture`, BOB)).status).toBe(404);
    const { h: other } = await waiting([updatePlan("p1")]);
    const { approval_id, picture } = await only(other, "ghl_update_contact");
    expect(picture).toBeUndefined();
    expect(await problemIn(await other.get(`/approvals/${approval_id}/picture`, BOB))).toMatchObject({
      status: 404,
      detail: expect.stringContaining("a picture of approval"),
    });
  });
});

describe("POST /approvals/{id}/decision", () => {
  it("an approval wakes the execution, and the step runs LIVE", async () => {
    const { h, execution_id } = await waiting([updatePlan("p1")]);
    const { approval_id, digest } = await only(h, "ghl_update_contact");
    const response = await h.post(`/approvals/${approval_id}/decision`, { decision: "approve", digest }, BOB);
    expect(response.status).toBe(200);
    expect(approvalView.parse(await response.json())).toMatchObject({ status: "approved", decided_by: "bob" });
    expect(h.workflow.woken).toHaveLength(1);
    await h.settle();
    expect(await stepOf(h, execution_id, "update")).toMatchObject({ state: "LIVE", ending: "live" });
    const { items } = await h.deps.auditLog.page(execution_id, { limit: 50, next: null });
    const event = items.find(({ type }) => type === "approval_decided");
    expect(event).toMatchObject({
      actor: "bob",
      chain: "execution",
      body: { approval_id, digest, decision: "approve" },
    });
  });

  it("a rejection is taken with a comment only, and nothing is done", async () => {
    const { h, execution_id } = await waiting([updatePlan("p1")]);
    const { approval_id, digest } = await only(h, "ghl_update_contact");
    const silent = await problemIn(
      await h.post(`/approvals/${approval_id}/decision`, { decision: "reject", digest }, BOB),
    );
    expect(silent.violations?.[0]).toMatchObject({ path: "/comment", rule: "comment_missing" });
    await h.post(`/approvals/${approval_id}/decision`, { decision: "reject", digest, comment: "not c1" }, BOB);
    await h.settle();
    expect(await stepOf(h, execution_id, "update")).toMatchObject({ state: "DRY_RUN", ending: "rejected" });
  });

  it("a request takes one decision", async () => {
    const { h } = await waiting([updatePlan("p1")]);
    const { approval_id, digest } = await only(h, "ghl_update_contact");
    const path = `/approvals/${approval_id}/decision`;
    const answers = await Promise.all([
      h.post(path, { decision: "approve", digest }, BOB),
      h.post(path, { decision: "reject", digest, comment: "no" }, CAROL),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const repeated = await Promise.all([
      h.post(path, { decision: "approve", digest }, BOB),
      h.post(path, { decision: "reject", digest, comment: "no" }, CAROL),
    ]);
    // The person who decided it and never got the reply gets it when asking again; the other is refused again.
    expect(repeated.map(({ status }) => status)).toEqual(answers.map(({ status }) => status));
    expect((await h.post(path, { decision: "approve", digest }, CAROL)).status).toBe(409);
  });

  it("a decision names the digest it saw, or is refused", async () => {
    const { h } = await waiting([updatePlan("p1")]);
    const { approval_id } = await only(h, "ghl_update_contact");
    const stale = await h.post(`/approvals/${approval_id}/decision`, { decision: "approve", digest: "d" }, BOB);
    expect(stale.status).toBe(409);
    expect((await problemIn(stale)).reason).toBe("digest_changed");
  });

  it("four eyes are kept on a HIGH step: who submitted it cannot approve it, but may stop it", async () => {
    const { h } = await waiting([mailPlan("p1")]);
    const { approval_id, digest, you_may, you_may_not_because } = await only(h, "msgraph_send_email", ALICE);
    expect(you_may).toEqual(["reject", "edit"]);
    expect(you_may_not_because).toContain("alice");
    const path = `/approvals/${approval_id}/decision`;
    const own = await h.post(path, { decision: "approve", digest }, ALICE);
    expect(own.status).toBe(403);
    expect((await problemIn(own)).reason).toBe("four_eyes");
    expect((await h.post(path, { decision: "reject", digest, comment: "a mistake" }, ALICE)).status).toBe(200);
  });

  it("decisions on one request count n of m, each person once", async () => {
    const h = await harness();
    const contract = await h.deps.contracts.get("ghl_update_contact");
    expect((await h.put("/contracts/ghl_update_contact", { ...contract, approvals_required: 2 })).status).toBe(201);
    await h.post("/executions", { plans: [updatePlan("p1")] }, ALICE);
    await h.settle();
    const { approval_id, digest } = await only(h, "ghl_update_contact");
    const vote = (caller: typeof BOB) =>
      h.post(`/approvals/${approval_id}/decision`, { decision: "approve", digest }, caller);
    expect(approvalView.parse(await (await vote(BOB)).json())).toMatchObject({
      status: "open",
      approvals_given: 1,
      voted_by_you: true,
    });
    expect(await only(h, "ghl_update_contact", CAROL)).toMatchObject({ approvals_given: 1, voted_by_you: false });
    expect(h.workflow.woken).toHaveLength(0);
    expect((await problemIn(await vote(BOB))).reason).toBe("voted_already");
    expect(approvalView.parse(await (await vote(CAROL)).json())).toMatchObject({
      status: "approved",
      approvals_given: 2,
    });
    expect(h.workflow.woken).toHaveLength(1);
  });

  it("a request is asked anew after an edit, with the new values", async () => {
    const { h, execution_id } = await waiting([updatePlan("p1")]);
    const { approval_id, digest } = await only(h, "ghl_update_contact");
    const path = `/approvals/${approval_id}/decision`;
    const edit = { decision: "edit", digest, comment: "c2 is meant" };
    const wrong = await problemIn(await h.post(path, { ...edit, arguments: { contact_id: "" } }, BOB));
    expect(wrong.violations?.map(({ path: place }) => place).sort()).toEqual([
      "/arguments/contact_id",
      "/arguments/fields",
    ]);
    const args = { contact_id: "c2", fields: { stage: "lead" } };
    expect((await h.post(path, { ...edit, arguments: args }, BOB)).status).toBe(200);
    await h.settle();
    const asked = await only(h, "ghl_update_contact");
    expect(asked.approval_id).not.toBe(approval_id);
    expect(asked.arguments).toEqual(args);
    expect((await stepOf(h, execution_id, "update")).edits).toBe(1);
  });

  it("a decision is refused after expiry, and an extension keeps the request open beyond", async () => {
    const { h } = await waiting([updatePlan("p1"), updatePlan("p2", "c2")], { approval_timeout_seconds: 60 });
    const [first, second] = (await queue(h)).plans.flatMap(({ approvals }) => approvals);
    const extended = await h.post(
      `/approvals/${first?.approval_id}/extend`,
      { seconds: 60, reason: "at lunch" },
      CAROL,
    );
    expect(approvalView.parse(await extended.json()).remaining_seconds).toBe(120);
    h.time.now += 60_000;
    const late = await h.post(
      `/approvals/${second?.approval_id}/decision`,
      { decision: "approve", digest: second?.digest },
      BOB,
    );
    expect((await problemIn(late)).reason).toBe("expired");
    const inTime = await h.post(
      `/approvals/${first?.approval_id}/decision`,
      { decision: "approve", digest: first?.digest },
      BOB,
    );
    expect(inTime.status).toBe(200);
    expect((await h.post(`/approvals/${second?.approval_id}/extend`, { seconds: 60 }, BOB)).status).toBe(409);
  });

  it("a request that expired under a lock is open for nobody, and is asked anew after the resume", async () => {
    const { h, execution_id } = await waiting([updatePlan("p1")], { approval_timeout_seconds: 60 });
    const { approval_id } = await only(h, "ghl_update_contact");
    const scope = { kind: "agent", agent_id: "agent_1" };
    const of = `?execution=${execution_id}`;
    const shown = async () => executionDetail.parse(await (await h.get(`/executions/${execution_id}`)).json());
    await h.post("/system/lock", { scope, reason: "odd mails" }, CAROL);
    await h.settle();
    expect([(await queue(h)).count, (await queue(h, of)).count, (await shown()).open_approvals]).toEqual([1, 1, 1]);
    h.time.now += 60_000;
    expect([(await queue(h)).count, (await queue(h, of)).count, (await shown()).open_approvals]).toEqual([0, 0, 0]);
    const late = approvalView.parse(await (await h.get(`/approvals/${approval_id}`, BOB)).json());
    expect(late.you_may_not_because).toContain("it expired at");
    await h.post("/system/unlock", { scope, reason: "checked" }, BOB);
    await h.post(`/executions/${execution_id}/resume`, { reason: "checked" }, BOB);
    await h.settle();
    expect((await only(h, "ghl_update_contact")).approval_id).not.toBe(approval_id);
    expect((await queue(h, "?status=expired")).count).toBe(1);
  });

  it("a step that a lock held says so while it does, and then that somebody has to resume it", async () => {
    const { h, execution_id } = await waiting([updatePlan("p1")]);
    const { approval_id } = await only(h, "ghl_update_contact");
    const scope = { kind: "agent", agent_id: "agent_1" };
    const said = async () => {
      const shown = executionDetail.parse(await (await h.get(`/executions/${execution_id}`)).json());
      const request = approvalView.parse(await (await h.get(`/approvals/${approval_id}`, BOB)).json());
      return [shown.steps.find(({ state }) => state === "LOCKED")?.reason, request.you_may_not_because];
    };
    await h.post("/system/lock", { scope, reason: "odd mails" }, CAROL);
    await h.settle();
    expect(await said()).toEqual([expect.stringContaining("odd mails"), expect.stringContaining("odd mails")]);
    await h.post("/system/unlock", { scope, reason: "checked" }, BOB);
    expect(await said()).toEqual([
      "No lock holds it any more: it goes on once somebody resumes its execution.",
      "its step is unlocked and not resumed yet; it can be decided after unlock and resume",
    ]);
  });

  it("a decision is not taken while a lock applies, even one that has not reached the step yet", async () => {
    const { h } = await waiting([updatePlan("p1")]);
    const { approval_id, digest } = await only(h, "ghl_update_contact");
    await h.post("/system/lock", { scope: { kind: "agent", agent_id: "agent_1" }, reason: "odd mails" }, CAROL);
    const refused = await h.post(`/approvals/${approval_id}/decision`, { decision: "approve", digest }, BOB);
    expect((await problemIn(refused)).reason).toBe("locked");
  });

  it("a decision on a request that never was is 404", async () => {
    const h = await harness();
    expect((await h.post("/approvals/ap-x/decision", { decision: "approve", digest: "d" }, BOB)).status).toBe(404);
    expect((await h.get("/approvals/ap-x")).status).toBe(404);
  });
});

describe("POST /approvals/decisions", () => {
  it("many decisions in one body are made each by itself, HIGH ones only where the caller opened them", async () => {
    const { h, execution_id } = await waiting([updatePlan("p1"), mailPlan("p2"), updatePlan("p3", "c3")]);
    const all = (await queue(h)).plans.flatMap(({ approvals }) => approvals);
    const decisions = all.map(({ approval_id, digest }) => ({ id: approval_id, digest, decision: "approve" }));
    const mail = await only(h, "msgraph_send_email");
    const first = decisionResults.parse(await (await h.post("/approvals/decisions", { decisions }, BOB)).json());
    expect(first.results.map(({ id, ok }) => [id, ok])).toEqual(
      all.map(({ approval_id }) => [approval_id, approval_id !== mail.approval_id]),
    );
    const refused = first.results.find(({ ok }) => !ok);
    expect(refused?.ok === false && refused.problem.reason).toBe("not_opened");
    // One execution, told once.
    expect(h.workflow.woken).toHaveLength(1);
    await h.settle();

    expect(approvalView.parse(await (await h.get(`/approvals/${mail.approval_id}`, BOB)).json()).opened_by_you).toBe(
      true,
    );
    const again = [{ id: mail.approval_id, digest: mail.digest, decision: "approve" }];
    const second = decisionResults.parse(
      await (await h.post("/approvals/decisions", { decisions: again }, BOB)).json(),
    );
    expect(second.results).toMatchObject([{ ok: true, status: "approved" }]);
    await h.settle();
    expect((await h.deps.steps.all(execution_id)).filter(({ ending }) => ending === "live")).toHaveLength(6);
  });

  it("many decisions in one body take no edits and are no more than 500", async () => {
    const h = await harness();
    const item = { id: "a", digest: "d", decision: "edit" };
    expect((await h.post("/approvals/decisions", { decisions: [item] }, BOB)).status).toBe(400);
    const many = Array.from({ length: 501 }, () => ({ ...item, decision: "approve" }));
    const refused = await problemIn(await h.post("/approvals/decisions", { decisions: many }, BOB));
    expect(refused.violations?.[0]?.message).toContain("500");
  });
});

describe("the name of a request, as an e-mail tells it", () => {
  it("a request's name shows nothing to somebody who only knows it: reading takes a token as ever", async () => {
    const { h } = await waiting([mailPlan("p1")]);
    const { approval_id, digest } = await only(h, "msgraph_send_email");
    expect((await h.router.request(`/approvals/${approval_id}`)).status).toBe(401);
    expect((await h.get(`/approvals/${approval_id}`, as("host", ["executions:write"]))).status).toBe(403);
    const decided = await h.post(
      `/approvals/${approval_id}/decision`,
      { decision: "approve", digest },
      as("dave", ["read"]),
    );
    expect(decided.status).toBe(403);
  });

  it("a request's name decides nothing where it is asked for without a body: by a link, a preview or a prefetch", async () => {
    const { h } = await waiting([mailPlan("p1")]);
    const { approval_id } = await only(h, "msgraph_send_email");
    const paths = ["", "/decision", "/decision?decision=approve", "/extend"];
    for (const path of paths) {
      for (const method of ["GET", "HEAD"]) {
        const headers = { authorization: "as bob read,approvals:decide" };
        const answer = await h.router.request(`/approvals/${approval_id}${path}`, { method, headers });
        expect(answer.status, `${method} ${path}`).toBe(path === "" ? 200 : 405);
      }
    }
    expect(await h.deps.approvals.get(approval_id)).toMatchObject({ status: "open", votes: [] });
    expect(h.workflow.woken).toHaveLength(0);
  });

  it("a request is opened by a link from a message, as by its id, while the link lasts", async () => {
    const { h } = await waiting([mailPlan("p1")]);
    const { approval_id } = await only(h, "msgraph_send_email");
    const link = linkTo(h, approval_id);
    // `buddy approvals <address>` of every release takes such an end of an address for a link.
    expect(link).toMatch(/^[\w-]+$/);
    const opened = approvalView.parse(await (await h.get(`/links/${link}`, DORA)).json());
    expect(opened).toMatchObject({ approval_id, status: "open", votes: [], opened_by: ["dora"] });
    expect(h.workflow.woken).toHaveLength(0);
    h.time.now += 30 * 86_400_000 - 1;
    expect((await h.get(`/links/${link}`)).status).toBe(200);
    h.time.now += 1;
    const late = await problemIn(await h.get(`/links/${link}`));
    expect(late).toEqual(await problemIn(await h.get("/links/never-given")));
    expect(late).toMatchObject({ status: 404, detail: expect.stringContaining("buddy approvals") });
  });

  it("a request is not opened by a link alone, and no link decides, however it is asked for", async () => {
    const { h } = await waiting([mailPlan("p1")]);
    const { approval_id } = await only(h, "msgraph_send_email");
    const link = linkTo(h, approval_id);
    expect((await h.router.request(`/links/${link}`)).status).toBe(401);
    expect((await h.get(`/links/${link}`, as("host", ["executions:write"]))).status).toBe(403);
    expect((await h.post(`/links/${link}`, { decision: "approve" })).status).toBe(405);
    expect((await h.post(`/links/${link}/decision`, { decision: "approve" })).status).toBe(404);
    expect(await h.deps.approvals.get(approval_id)).toMatchObject({ status: "open", votes: [], opened_by: [] });
  });

  it("a request has a link that nobody who reads the records could follow: only its hash is there", async () => {
    const table = memoryTable();
    const written = [vi.spyOn(table, "put"), vi.spyOn(table, "update")];
    const secret = secretId();
    const approval_id = `ap-${"a1".repeat(12)}`;
    const link = requestLink(approval_id, secret);
    await approvals(table).open(approval({ approval_id }), { link, expires_at: "2026-01-01T00:00:00.000Z" });
    expect(JSON.stringify(written.map(({ mock }) => mock.calls))).not.toContain(secret);
    expect(await approvalLinks(table).get(link)).toMatchObject({ approval_id });
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(new Set(Array.from({ length: 100 }, secretId)).size).toBe(100);
  });

  it("a request that is opened decides nothing, and the opening is recorded of a person who may decide", async () => {
    const { h } = await waiting([mailPlan("p1")]);
    const { approval_id } = await only(h, "msgraph_send_email");
    const looked = await h.get(`/approvals/${approval_id}`, as("dave", ["read"]));
    expect(approvalView.parse(await looked.json())).toMatchObject({ votes: [], opened_by: [] });
    const opened = approvalView.parse(await (await h.get(`/approvals/${approval_id}`, DORA)).json());
    expect(opened).toMatchObject({ status: "open", votes: [], opened_by: ["dora"] });
    expect(h.workflow.woken).toHaveLength(0);
  });
});
