import { describe, expect, it } from "vitest";
import { ItemTooLarge } from "../../../../functions/adapters/table/item.ts";
import type { Deps } from "../../../../functions/deps.ts";
import { withBoundedLists } from "../../../../functions/execution/pass/request-size.ts";
import { standing, statusOf, stepOf } from "../../../harness/outcome.ts";
import { approve, openRequests, submit } from "../../../harness/people.ts";
import { mail, plan, update } from "../../../harness/plans.ts";
import { startWorld } from "../../../harness/world.ts";

const two = {
  plans: [
    plan("p", [update("s1", "c1", { stage: "customer" })]),
    plan("q", [update("s2", "c2", { stage: "customer" }, { agent: "a2" })]),
  ],
};

describe("a request that no record can hold", () => {
  it("a request that no record can hold ends its step with the limit named; its neighbour goes LIVE, and all ends", async () => {
    const world = await startWorld({
      depsFor: (_state, deps): Deps => {
        const open: Deps["approvals"]["open"] = async (request) => {
          if (request.step_id === "s1" && request.arguments.contact_id !== undefined) {
            throw new ItemTooLarge({ pk: "p", sk: "s" }, 500_000);
          }
          return deps.approvals.open(request);
        };
        return { ...deps, approvals: { ...deps.approvals, open } };
      },
    });
    const id = await submit(world, two);
    await world.rest();
    expect((await openRequests(world, id)).map(({ step_id }) => step_id)).toEqual(["s2"]);
    await approve(world, id, "s2");
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed", s2: "LIVE finished live" });
    expect((await stepOf(world, id, "s1")).reason).toContain("409600 bytes");
    expect(await statusOf(world, id)).not.toBe("RUNNING");
  });

  it("a request that no record can hold names as many of its dependents as fit, and counts the others", async () => {
    const world = await startWorld({});
    const id = await submit(world, { plans: [plan("p", [mail("m", "hello")])] });
    const [request] = await openRequests(world, id);
    if (request === undefined) throw new Error("nothing is asked");
    const rejection_stops = Array.from({ length: 3_200 }, (_, n) => `${"d".repeat(100)}${n}`);
    const bounded = withBoundedLists({ ...request, rejection_stops });
    expect(JSON.stringify(bounded).length).toBeLessThan(20_000);
    expect(bounded.reasons.at(-1)).toBe(
      `${3_200 - bounded.rejection_stops.length} more steps that a no stops, not named here`,
    );
    expect(withBoundedLists(request)).toEqual(request);
  });
});

describe("a value of 240 KB that a reference brings in", () => {
  it("a value of 240 KB that a reference brings in ends its own step with the limit named, whatever stands beside it", async () => {
    const world = await startWorld({});
    await world.changeContact("c1", { notes: "n".repeat(240_000) });
    const id = await submit(world, {
      plans: [
        plan("p", [
          { step_id: "s1", agent_id: "a1", tool_name: "ghl_search", arguments: { query: "c1" }, confidence: 0.95 },
          update("s2", "c2", { notes: { $from: "s1" } }),
        ]),
        plan("q", [update("s3", "c3", { stage: "customer" }, { agent: "a2" })]),
      ],
    });
    await world.rest();
    await approve(world, id, "s3");
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s2: "ABORTED finished failed", s3: "LIVE finished live" });
    expect((await stepOf(world, id, "s2")).reason).toContain("may have 65536");
    expect(await statusOf(world, id)).not.toBe("RUNNING");
  });
});
