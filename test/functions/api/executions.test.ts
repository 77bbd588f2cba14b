import { describe, expect, it } from "vitest";
import {
  approvalQueue,
  artifactList,
  eventPage,
  executionDetail,
  executionPage,
  executionSummary,
  rollbackPreview,
  stepDetail,
  submitted,
} from "../../../functions/api/schemas.ts";
import { overwrite } from "../../ports/bodies.ts";
import { ownContract } from "../tools/contracts.ts";
import { ALICE, BOB, type Harness, harness, problemIn, updatePlan } from "./harness.ts";

const submit = async (h: Harness, plans: unknown[] = [updatePlan("p1")], config: Record<string, unknown> = {}) => {
  const reply = submitted.parse(await (await h.post("/executions", { plans, config }, ALICE)).json());
  return reply.execution_id;
};

const approveAll = async (h: Harness) => {
  const { plans } = approvalQueue.parse(await (await h.get("/approvals", BOB)).json());
  const decisions = plans.flatMap(({ approvals }) =>
    approvals.map(({ approval_id, digest }) => ({ id: approval_id, digest, decision: "approve" })),
  );
  await h.post("/approvals/decisions", { decisions }, BOB);
  await h.settle();
};

const show = async (h: Harness, id: string, query = "") =>
  executionDetail.parse(await (await h.get(`/executions/${id}${query}`)).json());

describe("GET /executions, searched", () => {
  const found = async (h: Harness, query: string) => {
    const { items, next } = executionPage.parse(await (await h.get(`/executions?${query}`)).json());
    return { ids: items.map(({ execution_id }) => execution_id), next };
  };
  const goal = "Welcome Ann at Bluebird";

  it("a search of executions finds by text of their goals, their agents, tools, status and time", async () => {
    const h = await harness();
    const early = await submit(h, [{ ...updatePlan("p1"), goal }]);
    h.time.now += 3_600_000;
    const late = await submit(h, [updatePlan("other")]);
    expect((await found(h, "text=bluebird")).ids).toEqual([early]);
    expect((await found(h, "text=OTHER")).ids).toEqual([late]);
    expect((await found(h, "tool=ghl_update_contact")).ids).toEqual([late, early]);
    expect((await found(h, "agent=nobody")).ids).toEqual([]);
    expect((await found(h, "agent=Research%20Agent")).ids).toEqual([]);
    expect((await found(h, "status=RUNNING&text=ann")).ids).toEqual([early]);
    expect((await found(h, "status=FAILED")).ids).toEqual([]);
    expect((await found(h, "since=2026-01-31T12:30:00Z")).ids).toEqual([late]);
    expect((await found(h, "until=2026-01-31T12:30:00Z")).ids).toEqual([early]);
  });

  it("a search of executions between two times in the wrong order is refused, by the moments that they are", async () => {
    const h = await harness();
    const wrong = await h.get("/executions?since=2026-02-02T00:00:00Z&until=2026-02-01T23:59:59Z");
    expect(wrong.status).toBe(400);
    expect((await problemIn(wrong)).violations).toEqual([
      { path: "/query/since", rule: "range", message: "must not be after until" },
    ]);
    // The same moment, in two zones.
    const same = "/executions?since=2026-02-02T00:00:00Z&until=2026-02-02T01:00:00%2B01:00";
    expect((await h.get(same)).status).toBe(200);
  });

  it("a search of executions reads nothing that was submitted before the time that is asked for", async () => {
    const h = await harness();
    for (let n = 0; n < 4; n += 1) {
      h.time.now += 60_000;
      await submit(h);
    }
    const page = await found(h, "limit=3&since=2026-01-31T12:02:30Z");
    expect(page.ids).toHaveLength(2);
    expect(page.next).toBeNull();
  });

  it("a search of executions reads the submission of a record that does not say what it is about", async () => {
    const h = await harness();
    const id = await submit(h, [{ ...updatePlan("p1"), goal: `${"x".repeat(5_000)} ${goal}` }]);
    expect(await h.deps.executions.get(id)).not.toHaveProperty("about");
    expect((await found(h, "text=bluebird")).ids).toEqual([id]);
  });
});

describe("an execution that has concluded, and whose artifacts are not written yet", () => {
  it("an execution whose artifacts are not written yet is told as one that runs, one by one and in the list", async () => {
    const h = await harness();
    const id = await submit(h, [updatePlan("p1")], { dry_run_only: true });
    await h.settle();
    expect(await show(h, id)).toMatchObject({ status: "SUCCEEDED", ended_at: expect.any(String) });
    const ended = await h.deps.executions.get(id);
    if (ended === undefined) throw new Error("no record");
    await h.deps.executions.update({ ...ended, status: "RUNNING" });
    expect(await show(h, id)).toMatchObject({ status: "RUNNING", ended_at: null });
    const { items } = executionPage.parse(await (await h.get("/executions")).json());
    expect(items).toMatchObject([{ status: "RUNNING", ended_at: null }]);
  });
});

describe("GET /executions/{id}/rollback", () => {
  it("the preview of a roll back says what would be undone, and what stays, and undoes nothing", async () => {
    const h = await harness();
    const id = await submit(h);
    await h.settle();
    await approveAll(h);
    const read = async (query = "") =>
      rollbackPreview.parse(await (await h.get(`/executions/${id}/rollback${query}`)).json());
    const { steps, more_steps } = await read();
    expect(more_steps).toBe(0);
    expect(steps.map(({ tool_name, layer, would, why }) => ({ tool_name, layer, would, why }))).toEqual([
      { tool_name: "ghl_update_contact", layer: 1, would: "undo", why: "by ghl_update_contact" },
    ]);
    expect(await read()).toEqual(await read("?depth=1"));
    expect((await show(h, id)).rollback_requested).toBeNull();
  });
});

describe("GET /executions", () => {
  it("the list of executions has the newest first, in pages", async () => {
    const h = await harness();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      h.time.now += 1_000;
      ids.unshift(await submit(h));
    }
    const first = executionPage.parse(await (await h.get("/executions?limit=3")).json());
    const second = executionPage.parse(await (await h.get(`/executions?limit=3&next=${first.next}`)).json());
    expect([...first.items, ...second.items].map(({ execution_id }) => execution_id)).toEqual(ids);
    expect(second.next).toBeNull();
  });
});

describe("GET /executions/{id}", () => {
  it("an execution shows what was submitted before conflicts are resolved", async () => {
    const h = await harness();
    const shown = await show(h, await submit(h));
    expect(shown).toMatchObject({ scheduled: false, states: { MOCK: 2 }, conflicts: [], next: null });
    expect(shown.steps.map(({ step_id, ceiling }) => [step_id, ceiling])).toEqual([
      ["search", null],
      ["update", null],
    ]);
  });

  it("an execution shows plans, counts by state, conflicts with what was done, and ceilings with their reasons", async () => {
    const h = await harness();
    const id = await submit(h, [updatePlan("p1"), updatePlan("p2")]);
    await h.settle();
    const shown = await show(h, id);
    expect(shown).toMatchObject({ scheduled: true, step_count: 4, open_approvals: 1 });
    expect(shown.plans.map(({ plan_id, step_count }) => [plan_id, step_count])).toEqual([
      ["p1", 2],
      ["p2", 2],
    ]);
    expect(shown.conflicts[0]).toMatchObject({ conflict_type: "RESOURCE_CONFLICT", resolution_strategy: "DELAY" });
    expect(shown.conflicts[0]?.resolution).not.toBe("");
    const dry = await show(
      h,
      await submit(h, [updatePlan("p3", "c9")], { dry_run_only: true }).then(async (next) => {
        await h.settle();
        return next;
      }),
    );
    const update = dry.steps.find(({ tool_name }) => tool_name === "ghl_update_contact");
    expect(update?.ceiling).toMatchObject({ mode: "DRY_RUN", reasons: [{ cause: "configuration" }] });
    expect(update).toMatchObject({ state: "DRY_RUN", finished: true, mode_reached: "DRY_RUN" });
  });

  it("an execution that is large is read in pages of its steps", async () => {
    const h = await harness();
    const plan = { plan_id: "p", agent_assignments: { a: Array.from({ length: 25 }, () => "goal_query") } };
    const id = await submit(h, [plan]);
    await h.settle();
    const seen: string[] = [];
    let next: string | null = null;
    do {
      const mark: string = next === null ? "" : `&next=${next}`;
      const page = await show(h, id, `?steps_limit=10${mark}`);
      seen.push(...page.steps.map(({ step_id }) => step_id));
      next = page.next;
    } while (next !== null);
    expect(new Set(seen).size).toBe(25);
    expect((await show(h, id, "?steps_limit=0")).steps).toEqual([]);
    expect((await h.get(`/executions/${id}?steps_limit=1001`)).status).toBe(400);
  });

  it("an execution says of a tool that no service answers that its results are made up, and of no other", async () => {
    const h = await harness();
    const reads = { compensation: "none", resources: [{ key: "room:{room_id}", access: "read" }] } as const;
    await h.deps.contracts.put(ownContract({ tool_name: "list_rooms", ...reads, resources: [...reads.resources] }));
    const step = { agent_id: "agent_1", confidence: 0.95 };
    const rooms = { ...step, step_id: "rooms", tool_name: "list_rooms", arguments: { room_id: "r7" } };
    const search = { ...step, step_id: "search", tool_name: "ghl_search", arguments: { query: "a" } };
    const id = await submit(h, [updatePlan("p1", "c1", { steps: [rooms, search] }), updatePlan("p2")]);
    await h.settle();
    const shown = await show(h, id);
    const known = new Map(shown.steps.map((each) => [each.source_step_id, each]));
    expect(shown.steps.filter(({ made_up }) => made_up).map(({ tool_name }) => tool_name)).toEqual(["list_rooms"]);
    expect(known.get("rooms")).toMatchObject({ mode_reached: "LIVE", made_up: true });
    expect(shown.plans.map(({ warnings }) => warnings)).toEqual([
      ["no service answered list_rooms: the sandbox made the results up"],
      [],
    ]);
  });

  it("an execution that never was is 404, wherever it is asked", async () => {
    const h = await harness();
    for (const path of ["", "/events", "/steps/s1", "/artifacts", "/artifacts/manifest.json"]) {
      expect((await h.get(`/executions/none${path}`)).status).toBe(404);
    }
    for (const path of ["abort", "resume", "rollback"]) {
      expect((await h.post(`/executions/none/${path}`, { reason: "r" })).status).toBe(404);
    }
  });
});

describe("GET /executions/{id}/events", () => {
  it("the events of an execution are given whole in pages, without gaps in any chain", async () => {
    const h = await harness();
    const id = await submit(h);
    await h.settle();
    const seen = new Map<string, number[]>();
    let next: string | null = null;
    do {
      const mark: string = next === null ? "" : `&next=${encodeURIComponent(next)}`;
      const page = eventPage.parse(await (await h.get(`/executions/${id}/events?limit=3${mark}`)).json());
      for (const { chain, seq } of page.items) seen.set(chain, [...(seen.get(chain) ?? []), seq]);
      next = page.next;
    } while (next !== null);
    expect([...seen.keys()].sort()).toEqual(["execution", "step:search", "step:update"]);
    for (const numbers of seen.values()) expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });
});

describe("GET /executions/{id}/events?after=", () => {
  const page = async (h: Harness, id: string, query: string) =>
    eventPage.parse(await (await h.get(`/executions/${id}/events?${query}`)).json());

  /** Everything until nothing more comes. */
  const readOn = async (h: Harness, id: string, from: string, limit = 100) => {
    const names: string[] = [];
    for (let mark = from; ; ) {
      const { items, after = "", status } = await page(h, id, `limit=${limit}&after=${mark}`);
      names.push(...items.map(({ chain, seq }) => `${chain} ${seq}`));
      if (items.length === 0) return { names, mark: after, status };
      mark = after;
    }
  };

  it("the events after a mark are given once each, in answers of any size, those of a chain in their order", async () => {
    const h = await harness();
    const id = await submit(h);
    const before = await readOn(h, id, "");
    expect(before).toMatchObject({ names: ["execution 1"], status: "RUNNING" });
    await h.settle();
    const waiting = await readOn(h, id, before.mark, 2);
    await approveAll(h);
    const rest = await readOn(h, id, waiting.mark, 3);
    expect(rest.status).toBe("SUCCEEDED");
    const all = [...before.names, ...waiting.names, ...rest.names];
    const stored = (await Array.fromAsync(h.deps.auditLog.events(id))).map(({ chain, seq }) => `${chain} ${seq}`);
    expect(all.toSorted()).toEqual(stored.toSorted());
    for (const chain of ["execution", "step:search", "step:update"]) {
      const seqs = all.filter((name) => name.startsWith(`${chain} `)).map((name) => Number(name.split(" ")[1]));
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    }
  });

  it("a question for events waits while nothing comes, and no longer than it was asked to", async () => {
    const h = await harness();
    const id = await submit(h);
    await h.settle();
    const { mark } = await readOn(h, id, "");
    h.pauses.length = 0;
    expect(await page(h, id, `after=${mark}&wait=5`)).toMatchObject({ items: [], status: "RUNNING", after: mark });
    expect(h.pauses.reduce((sum, pause) => sum + pause, 0)).toBe(5_000);
  });

  it("a question for events is answered at once when one came, or the execution stands otherwise than the mark says", async () => {
    const h = await harness();
    const id = await submit(h);
    await h.settle();
    const { mark } = await readOn(h, id, "");
    await approveAll(h);
    h.pauses.length = 0;
    expect((await page(h, id, `after=${mark}&wait=25`)).items.length).toBeGreaterThan(0);
    const end = await readOn(h, id, mark);
    const record = await h.deps.executions.get(id);
    if (record === undefined) throw new Error("gone");
    await h.deps.executions.update({ ...record, status: "LOCKED" });
    expect(await page(h, id, `after=${end.mark}&wait=25`)).toMatchObject({ items: [], status: "LOCKED" });
    expect(h.pauses).toEqual([]);
  });

  it("a question for events follows the acts of operators", async () => {
    const h = await harness();
    await h.post("/system/lock", { scope: { kind: "everything" }, reason: "r" });
    const { items, after, status } = await page(h, "operators", "after=");
    expect(items.map(({ type }) => type)).toEqual(["locked"]);
    expect(status).toBeNull();
    expect((await page(h, "operators", `after=${after}`)).items).toEqual([]);
  });

  it("a question for events refuses what is no mark, one mark too many, and a wait for nothing", async () => {
    const h = await harness();
    const id = await submit(h);
    for (const query of ["after=xyz", "after=&next=a", "wait=5", "after=&wait=26"]) {
      expect((await h.get(`/executions/${id}/events?${query}`)).status).toBe(400);
    }
    const { mark } = await readOn(h, id, "");
    const other = await submit(h, [updatePlan("p9")]);
    expect((await h.get(`/executions/${other}/events?after=${mark}`)).status).toBe(400);
  });
});

describe("GET /executions/{id}/steps/{step_id}", () => {
  const read = async (h: Harness, id: string, step: string, query = "") =>
    stepDetail.parse(await (await h.get(`/executions/${id}/steps/${step}${query}`)).json());

  it("a step is shown with the output of the highest mode, and the preview that a person decides on", async () => {
    const h = await harness();
    const id = await submit(h);
    await h.settle();
    const search = await read(h, id, "search");
    expect(search).toMatchObject({ state: "LIVE", finished: true, mode_reached: "LIVE" });
    expect(search.output).toMatchObject({ query: "a", sandbox: true });
    const update = await read(h, id, "update");
    expect(update).toMatchObject({ state: "AWAITING_APPROVAL", finished: false, mode_reached: "DRY_RUN" });
    expect(update.preview?.preview.changes).toHaveLength(1);
    expect(update.preview_digest).not.toBeNull();
    await approveAll(h);
    expect(await read(h, id, "update")).toMatchObject({ finished: true, committed: true, approved_by: ["bob"] });
  });

  it("a question for a step waits no longer than it was asked to, in ever longer pauses", async () => {
    const h = await harness();
    const id = await submit(h);
    await h.settle();
    const before = h.pauses.length;
    expect(await read(h, id, "update", "?wait=25")).toMatchObject({ finished: false });
    const pauses = h.pauses.slice(before);
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBe(25_000);
    expect(pauses.length).toBeLessThan(20);
  });

  it("a question for a step is answered as soon as it has finished", async () => {
    const h = await harness();
    const id = await submit(h);
    await h.settle();
    const { timer } = h.deps;
    let looks = 0;
    const router = await harness({
      ...h.deps,
      timer: {
        after: (milliseconds, then) => {
          looks += 1;
          if (looks !== 2) return timer.after(milliseconds, then);
          void approveAll(h).then(then);
          return () => {};
        },
      },
    });
    expect(await read(router, id, "update", "?wait=25")).toMatchObject({ finished: true, mode_reached: "LIVE" });
    expect(looks).toBe(2);
  });

  it("a question for a step waits for 25 seconds at most", async () => {
    const h = await harness();
    const refused = await problemIn(await h.get(`/executions/${await submit(h)}/steps/update?wait=26`));
    expect(refused.violations?.[0]).toMatchObject({ path: "/query/wait" });
  });
});

describe("the artifacts of an execution", () => {
  it("the artifacts of an execution are listed and read, whole or in part, with their types", async () => {
    const h = await harness();
    const id = await submit(h);
    await h.settle();
    expect(artifactList.parse(await (await h.get(`/executions/${id}/artifacts`)).json()).items).toEqual([]);
    await approveAll(h);
    const { items } = artifactList.parse(await (await h.get(`/executions/${id}/artifacts`)).json());
    expect(items.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["manifest.json", "tool_execution_log.jsonl", "system_health.json"]),
    );
    for (const { href, content_type } of items) {
      const file = await h.get(href);
      expect([file.status, file.headers.get("content-type")]).toEqual([200, content_type]);
    }
    const log = `/executions/${id}/artifacts/tool_execution_log.jsonl`;
    const whole = await (await h.get(log)).text();
    expect(whole.trimEnd().split("\n")).toHaveLength(2);
    const part = await h.get(log, ALICE, { range: "bytes=5-14" });
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes 5-14/${Buffer.byteLength(whole)}`);
    expect(await part.text()).toBe(whole.slice(5, 15));
    expect(await (await h.get(log, ALICE, { range: "bytes=-6" })).text()).toBe(whole.slice(-6));
    expect((await h.get(log, ALICE, { range: "bytes=999999-" })).status).toBe(416);
    expect((await h.get(`/executions/${id}/artifacts/..%2F..%2Fsecret`)).status).toBe(404);
  });

  it("the artifacts of an execution say how to read a file that is too large for one answer", async () => {
    const h = await harness();
    const id = await submit(h);
    const content = "x".repeat(5_000_000);
    await overwrite(h.deps.artifactFiles, id, "execution_state_transitions.jsonl", content);
    const path = `/executions/${id}/artifacts/execution_state_transitions.jsonl`;
    const refused = await problemIn(await h.get(path));
    expect(refused.limit).toMatchObject({ value: 4_194_304, unit: "bytes" });
    expect(refused.detail).toContain("Range: bytes=0-4194303");
    const first = await (await h.get(path, ALICE, { range: "bytes=0-" })).text();
    const rest = await (await h.get(path, ALICE, { range: `bytes=${first.length}-` })).text();
    expect(first.length + rest.length).toBe(content.length);
  });
});

describe("what a person asks of a whole execution", () => {
  const ask = (h: Harness, id: string, what: string, body: Record<string, unknown> = { reason: "because" }) =>
    h.post(`/executions/${id}/${what}`, body, BOB);

  it("an abort stops an execution that waits, and keeps who asked first", async () => {
    const h = await harness();
    const id = await submit(h);
    await h.settle();
    const asked = executionSummary.parse(await (await ask(h, id, "abort")).json());
    expect(asked).toMatchObject({ abort_requested: { by: "bob", reason: "because" }, can_still_run: [] });
    const again = executionSummary.parse(await (await h.post(`/executions/${id}/abort`, { reason: "me too" })).json());
    expect(again.abort_requested?.by).toBe("bob");
    await h.settle();
    expect((await show(h, id)).status).toBe("ABORTED");
    expect((await ask(h, id, "abort")).status).toBe(409);
  });

  it("an act on a whole execution needs a reason", async () => {
    const h = await harness();
    const id = await submit(h);
    for (const what of ["abort", "resume", "rollback"]) {
      const refused = await problemIn(await ask(h, id, what, { reason: " " }));
      expect(refused.violations?.[0]?.path).toBe("/reason");
    }
  });

  it("a rollback undoes what a finished execution did, in a fresh workflow run", async () => {
    const h = await harness();
    const id = await submit(h);
    await h.settle();
    expect((await ask(h, id, "rollback")).status).toBe(409);
    await approveAll(h);
    expect((await show(h, id)).status).toBe("SUCCEEDED");
    const reply = await ask(h, id, "rollback", { reason: "wrong contact", depth: 1 });
    expect(reply.status).toBe(202);
    expect(executionSummary.parse(await reply.json())).toMatchObject({
      status: "RUNNING",
      history: 2,
      ended_at: null,
      rollback_requested: { by: "bob", depth: 1 },
    });
    await h.settle();
    const update = (await show(h, id)).steps.find(({ step_id }) => step_id === "update");
    expect(update).toMatchObject({ state: "ABORTED", ending: "compensated" });
    const twice = await ask(h, id, "rollback");
    expect((await problemIn(twice)).detail).toContain("nothing that stands");
  });

  it("a resume takes up what a lock held, once it is lifted by a second person", async () => {
    const h = await harness();
    const id = await submit(h);
    await h.settle();
    expect((await problemIn(await ask(h, id, "resume"))).detail).toContain("no step");
    const scope = { kind: "tool", tool_name: "ghl_update_contact" };
    await h.post("/system/lock", { scope, reason: "odd" }, ALICE);
    await h.settle();
    expect((await show(h, id)).status).toBe("LOCKED");
    expect((await problemIn(await ask(h, id, "resume"))).detail).toContain("unlock first");
    await h.post("/system/unlock", { scope, reason: "checked" }, BOB);
    h.time.now += 1_000;
    expect((await ask(h, id, "resume")).status).toBe(202);
    await h.settle();
    const shown = await show(h, id);
    expect(shown).toMatchObject({ status: "RUNNING", history: 2, open_approvals: 1 });
    await approveAll(h);
    expect((await show(h, id)).status).toBe("SUCCEEDED");
  });
});
