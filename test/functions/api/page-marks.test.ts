import { expect, it } from "vitest";
import { wholeApi } from "../../../functions/api/endpoints.ts";
import { ALICE, as, type Harness, harness, problemIn, updatePlan } from "./harness.ts";

const ANYBODY = as("ann", ["read", "contracts:write", "approvals:decide"]);

const nextOf = async (h: Harness, path: string): Promise<string | null> => {
  const response = await h.get(path, ANYBODY);
  expect(response.status, path).toBe(200);
  const page: { next: string | null } = JSON.parse(await response.text());
  return page.next;
};

/** A system of which many lists have a second page, and two executions of it. */
const withMuch = async () => {
  const h = await harness();
  const ids: string[] = [];
  for (const contact of ["c1", "c2", "c3"]) {
    const plans = [updatePlan("p1", contact), updatePlan("p2", `${contact}0`)];
    const submitted = await h.post("/executions", { plans, config: {} }, ALICE);
    const { execution_id }: { execution_id: string } = JSON.parse(await submitted.text());
    ids.push(execution_id);
    await h.settle();
  }
  const [one = "", other = ""] = ids;
  return { h, one, other };
};

const LISTS = (one: string, other: string): readonly string[] => [
  "/executions?limit=1",
  "/executions?limit=1&status=RUNNING",
  "/approvals?limit=1",
  `/approvals?limit=1&execution=${one}`,
  `/approvals?limit=1&execution=${other}`,
  "/approvals?limit=1&tool=ghl_update_contact",
  "/contracts?limit=1",
  `/executions/${one}?steps_limit=1`,
  `/executions/${other}?steps_limit=1`,
  `/executions/${one}/events?limit=1`,
  `/executions/${other}/events?limit=1`,
  `/executions/${one}/record?limit=1`,
];

it("a list takes its own next, with another limit too, and refuses that of each other list and filter", async () => {
  const { h, one, other } = await withMuch();
  const lists = LISTS(one, other);
  const marks = new Map<string, string>();
  for (const list of lists) {
    const next = await nextOf(h, list);
    if (next === null) throw new Error(`${list} has one page`);
    marks.set(list, next);
  }
  for (const list of lists) {
    for (const [of, mark] of marks) {
      const response = await h.get(`${list.replace("limit=1", "limit=2")}&next=${encodeURIComponent(mark)}`, ANYBODY);
      expect(response.status, `${list} with the mark of ${of}`).toBe(list === of ? 200 : 400);
      if (list === of) continue;
      const { violations = [] } = await problemIn(response);
      expect(violations[0]).toMatchObject({ path: "/query/next", rule: "page_mark" });
    }
  }
});

it("a list refuses a next that was edited, or that nobody gave out", async () => {
  const { h } = await withMuch();
  const next = (await nextOf(h, "/executions?limit=1")) ?? "";
  const edited = [...next].map(
    (letter, place) => `${next.slice(0, place)}${letter === "A" ? "B" : "A"}${next.slice(place + 1)}`,
  );
  for (const mark of [...edited, next.slice(0, -1), `${next}A`, "AAAA", "."]) {
    expect((await h.get(`/executions?limit=1&next=${encodeURIComponent(mark)}`)).status, mark).toBe(400);
  }
});

it("every route that takes a next refuses one that nobody gave out", async () => {
  const { h, one } = await withMuch();
  const routes = wholeApi
    .serves(h.deps)
    .filter(({ method, schemas }) => method === "GET" && schemas.query.safeParse({ next: "AAAA" }).success)
    .map(({ path }) => path.replace("{id}", one).replace("{execution_id}", "operators"));
  expect(routes.length).toBeGreaterThan(8);
  for (const route of routes) {
    for (const mark of ["AAAA", Buffer.from("rank:0").toString("base64url"), "a".repeat(60)]) {
      const response = await h.get(`${route}?next=${mark}`, ANYBODY);
      expect(response.status, route).toBe(400);
      expect((await problemIn(response)).violations?.[0]?.path, route).toBe("/query/next");
    }
  }
});
