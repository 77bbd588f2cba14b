import { describe, expect, it } from "vitest";
import { addAggregates, aggregate, aggregateOf, emptyAggregate } from "../../../shared/feedback/aggregate.ts";
import { MAX_AGENTS, OTHER_AGENTS } from "../../../shared/feedback/aggregate-schema.ts";
import { rateBounds } from "../../../shared/feedback/bounds.ts";
import { calibrationOfWindow } from "../../../shared/health/calibration.ts";
import { calibrationInWords, evidenceInWords, PROVEN_BY } from "../../../shared/shown/calibration.ts";
import { aFailedStep, anExecution, aScheduleOf, aStep } from "../../fixtures/outcomes.ts";

const windowOf = (...steps: Parameters<typeof anExecution>[0]) => {
  const outcome = anExecution(steps);
  return aggregateOf(outcome, aScheduleOf(outcome));
};

describe("calibration of each agent", () => {
  it("an agent's calibration sets what it stated beside how often it was right, whatever the tool", () => {
    const window = windowOf(
      aStep({ step_id: "a", agent_id: "crm", tool_name: "ghl_update_contact", confidence: 0.95 }),
      aStep({ step_id: "b", agent_id: "crm", tool_name: "memory_search", confidence: 0.85 }),
      aFailedStep({ step_id: "c", agent_id: "crm", confidence: 0.9 }),
      aStep({ step_id: "d", agent_id: "mail", confidence: 0.8 }),
    );
    const { agents } = calibrationOfWindow(window);
    expect(agents.map(({ agent_id, trials, successes }) => [agent_id, trials, successes])).toEqual([
      ["crm", 3, 2],
      ["mail", 1, 1],
    ]);
    expect(agents[0]?.stated_confidence).toBe(0.9);
    expect(agents[0]?.success_rate).toBeCloseTo(2 / 3);
  });

  it("an agent that states one confidence each time is shown with that, to the last digit", () => {
    for (const trials of [1, 2, 3, 6, 7, 11]) {
      for (const confidence of [0.95, 0.85, 0.7, 0.29]) {
        const steps = Array.from({ length: trials }, (_, n) =>
          aStep({ step_id: `s${n}`, agent_id: "crm", confidence }),
        );
        expect(calibrationOfWindow(windowOf(...steps)).agents[0]?.stated_confidence).toBe(confidence);
      }
    }
  });

  it("an agent's calibration adds up over executions, and reads sums of releases that did not count agents", () => {
    const one = windowOf(aStep({ agent_id: "crm" }));
    const { agents: _none, ...before } = emptyAggregate;
    const sum = addAggregates(addAggregates(one, one), aggregate.parse(before));
    expect(calibrationOfWindow(sum).agents).toMatchObject([{ agent_id: "crm", trials: 2 }]);
  });

  it("an execution keeps calibrations of a bounded number of agents: the others are counted together", () => {
    const many = Array.from({ length: MAX_AGENTS + 7 }, (_, n) => aStep({ step_id: `s${n}`, agent_id: `agent_${n}` }));
    const { agents } = windowOf(...many);
    expect(Object.keys(agents)).toHaveLength(MAX_AGENTS + 1);
    expect(Object.values(agents[OTHER_AGENTS] ?? {}).map(({ trials }) => trials)).toEqual([7]);
  });
});

describe("the words of it", () => {
  it.each([
    [{ trials: 50, successes: 45, stated_confidence: 0.92, success_rate: 0.9 }, "as it foretold"],
    [{ trials: 20, successes: 10, stated_confidence: 0.9, success_rate: 0.5 }, "40 points too sure"],
    [{ trials: 20, successes: 20, stated_confidence: 0.8, success_rate: 1 }, "20 points too modest"],
    [{ trials: 4, successes: 0, stated_confidence: 0.9, success_rate: 0 }, "too few to compare"],
  ])("the words of a calibration are of %o: %s", (agent, words) => {
    expect(calibrationInWords(agent)).toContain(words);
  });

  it("the words of a calibration say of a tool what is missing until it is proven", () => {
    expect(evidenceInWords({ trials: 12, successes: 12 })).toBe("12 good outcomes, 6 more prove it");
    expect(evidenceInWords({ trials: 12, successes: 9 })).toBe("9 good of 12 outcomes");
    expect(evidenceInWords({ trials: PROVEN_BY, successes: PROVEN_BY })).toBeUndefined();
    expect(rateBounds(PROVEN_BY, PROVEN_BY).lower).toBeGreaterThanOrEqual(0.9);
    expect(rateBounds(PROVEN_BY - 1, PROVEN_BY - 1).lower).toBeLessThan(0.9);
  });
});
