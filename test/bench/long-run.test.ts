import { describe, expect, it } from "vitest";
import { aggregateUnits, limitsOf, type PlanUse, yearOf } from "../../bench/cost/long-run.ts";

const use: PlanUse = {
  transitions: 50,
  functions: 20,
  write_units: 400,
  stored_bytes: 2 ** 20,
  aggregate_bytes: 1_024,
  usd: 0.002,
  usd_of_a_read_unit: 0.000_001,
};

describe("the limits of a deployment", () => {
  it("the limits of a deployment stand in the order in which they are met", () => {
    const carried = limitsOf(use, 0.1).map(({ plans_a_second }) => plans_a_second);
    expect(carried).toEqual(carried.toSorted((one, other) => one - other));
    expect(limitsOf(use, 0.1)[0]?.name).toContain("aggregates");
  });

  it("the limits of a deployment carry fewer plans the more each asks for", () => {
    const plans = (name: string, of: PlanUse): number =>
      limitsOf(of, 0.1).find((limit) => limit.name === name)?.plans_a_second ?? Number.NaN;
    expect(plans("state transitions", use)).toBe(30);
    expect(plans("state transitions", { ...use, transitions: 100 })).toBe(15);
    expect(plans("functions at once", use)).toBe(500);
  });

  it("the limits of a deployment let so many plans a second read each other's rows as one partition gives", () => {
    const [first] = limitsOf(use, 0.1);
    const plans = first?.plans_a_second ?? Number.NaN;
    expect(plans * plans * aggregateUnits(use)).toBeCloseTo(3_000);
  });
});

describe("a year of plans", () => {
  it("a year of plans adds up what each leaves and costs", () => {
    const year = yearOf(use, 86_400);
    expect(year).toMatchObject({ plans_a_second: 1, transitions_a_second: 50 });
    expect(year.aggregate_units).toBe(aggregateUnits(use));
    expect(year.stored_gib_after_a_year).toBeCloseTo((86_400 * 365) / 1_024);
    expect(year.usd_a_month).toBeCloseTo(86_400 * 30 * (0.002 + aggregateUnits(use) / 1_000_000));
  });
});
