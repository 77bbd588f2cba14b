import { describe, expect, it } from "vitest";
import { AGENT_SCOPE } from "../../../shared/scopes.ts";
import { as, harness, mailPlan, problemIn } from "./harness.ts";

/** An id with one letter more. */
const misspelt = (id: string): string => `${id}X`;

const asked = async () => {
  const h = await harness();
  await h.post("/executions", mailPlan("p1"), as("ann", ["executions:write"]));
  await h.settle();
  const [request] = (await h.deps.approvals.list({ status: "open", limit: 10, next: null })).items;
  if (request === undefined) throw new Error("nothing is asked");
  const { execution_id, approval_id, digest } = request;
  const routes = {
    execution: [
      (id: string, by: ReturnType<typeof as>) => h.get(`/executions/${id}`, by),
      (id: string, by: ReturnType<typeof as>) => h.get(`/executions/${id}/steps/s1`, by),
      (id: string, by: ReturnType<typeof as>) => h.get(`/executions/${id}/artifacts`, by),
      (id: string, by: ReturnType<typeof as>) => h.post(`/executions/${id}/abort`, { reason: "r" }, by),
    ],
    approval: [
      (id: string, by: ReturnType<typeof as>) => h.get(`/approvals/${id}`, by),
      (id: string, by: ReturnType<typeof as>) =>
        h.post(`/approvals/${id}/decision`, { decision: "approve", digest }, by),
    ],
  } as const;
  return { h, ids: { execution: execution_id, approval: approval_id }, routes };
};

const ALL = ["executions:write", "executions:operate", "approvals:decide"] as const;

describe("an id that is not there", () => {
  it.each(["execution", "approval"] as const)(
    "an id of no %s is told with the near one to a caller who may list them",
    async (what) => {
      const { ids, routes } = await asked();
      for (const route of routes[what]) {
        const { status, detail } = await problemIn(await route(misspelt(ids[what]), as("bob", [...ALL, "read"])));
        expect([status, detail]).toEqual([
          404,
          `${what} ${misspelt(ids[what])} does not exist; did you mean "${ids[what]}"?`,
        ]);
        const far = await problemIn(await route("quite-something-else-altogether", as("bob", [...ALL, "read"])));
        expect(far.detail).toBe(`${what} quite-something-else-altogether does not exist`);
      }
    },
  );

  it.each(["execution", "approval"] as const)(
    "an id of no %s tells who may not list them of no other",
    async (what) => {
      const { ids, routes } = await asked();
      const callers = [as("bob", ALL), as("agent:agent_1", [AGENT_SCOPE])];
      for (const by of callers)
        for (const route of routes[what]) {
          const { status, detail } = await problemIn(await route(misspelt(ids[what]), by));
          expect([403, 404]).toContain(status);
          expect(detail).not.toContain(`"${ids[what]}"`);
        }
    },
  );
});
