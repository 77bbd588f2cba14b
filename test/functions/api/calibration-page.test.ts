import { describe, expect, it } from "vitest";
import { calibrationPage } from "../../../functions/api/read/calibration-page.ts";
import { calibrationReply } from "../../../functions/api/schemas.ts";
import { compareText } from "../../../shared/feedback/counts.ts";
import type { CalibrationReport } from "../../../shared/health/calibration.ts";
import { ALICE, harness, problemIn } from "./harness.ts";

const agent = (agent_id: string, trials: number) => ({
  ...{ agent_id, trials, successes: 1 },
  ...{ stated_confidence: 0.9, success_rate: 1 / trials },
});
const tool = (tool_name: string, trials: number) => ({ tool_name, trials, successes: 1 });
const report: CalibrationReport = {
  agents: [agent("crm:one", 9), agent("a\nb", 4), agent("b", 4), agent("c", 1)],
  tools: [tool("mail", 12), tool("search", 4), tool("update", 4)],
  unread_executions: ["01LOST"],
};

/** Every page behind the other, as a caller follows them. */
const pages = (limit: number, of: () => CalibrationReport = () => report) => {
  const found = [calibrationPage(of(), { limit })];
  for (let next = found[0]?.next ?? null; next !== null; ) {
    const page = calibrationPage(of(), { limit, next });
    found.push(page);
    next = page.next;
  }
  return found;
};

describe("the calibration in pages", () => {
  it.each([1, 2, 3, 4, 6, 7, 8])(
    "a page of the calibration holds every agent and every tool once, in their order, %i at a time",
    (limit) => {
      const found = pages(limit);
      expect(found).toHaveLength(Math.ceil(7 / limit));
      expect(found.flatMap(({ agents }) => agents)).toEqual(report.agents);
      expect(found.flatMap(({ tools }) => tools)).toEqual(report.tools);
      expect(found.flatMap(({ unread_executions }) => unread_executions)).toEqual(["01LOST"]);
    },
  );

  it("pages of the calibration leave out nothing that stays as it is while executions end", () => {
    let asked = 0;
    const found = pages(2, () => {
      asked += 1;
      const grown = report.agents.map((each) => (each.agent_id === "b" ? { ...each, trials: 4 + asked } : each));
      const agents = grown.sort((one, other) => other.trials - one.trials || compareText(one.agent_id, other.agent_id));
      return { ...report, agents };
    });
    const names = found.flatMap(({ agents }) => agents.map(({ agent_id }) => agent_id));
    expect(names).toEqual(expect.arrayContaining(["crm:one", "a\nb", "c"]));
    expect(found.flatMap(({ tools }) => tools)).toEqual(report.tools);
  });

  it("the calibration is answered in pages over the API, which takes no mark that no page gave", async () => {
    const h = await harness();
    const whole = calibrationReply.parse(await (await h.get("/calibration?limit=5", ALICE)).json());
    expect(whole).toEqual({ agents: [], tools: [], unread_executions: [], next: null });
    for (const next of ["x", "agent:-1:a", "person:1:a"]) {
      const problem = await problemIn(await h.get(`/calibration?next=${encodeURIComponent(next)}`, ALICE));
      expect(problem.violations).toMatchObject([{ path: "/query/next", rule: "page_mark" }]);
    }
  });
});
