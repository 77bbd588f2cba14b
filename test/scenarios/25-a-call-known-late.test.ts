import { describe, expect, it } from "vitest";
import { conflictsOf, eventsOf, standing } from "../harness/outcome.ts";
import { approve, decide, openRequests, requestFor, submit } from "../harness/people.ts";
import { plan, type StepBody, search, update } from "../harness/plans.ts";
import { standardWith } from "../harness/standard-with.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

/** An update that must not be made twice. */
const sensitive = () => standardWith("ghl_update_contact", { duplicate_sensitive: true });

const once = (world: TestWorld, ...steps: StepBody[]): Promise<string> => submit(world, { plans: [plan("p1", steps)] });

const found = async (world: TestWorld): Promise<StepBody[]> => [
  search("find", String((await world.contact("c7"))?.email)),
  update("set", { $from: "find", path: "/contact_id" }, { stage: "customer" }),
];

describe("a call whose arguments are known only when another step has run", () => {
  it("a call known late is dropped where another execution has made it: nobody is asked, and it is on record", async () => {
    const world = await startWorld({ contracts: [sensitive()] });
    const first = await once(world, update("s1", "c7", { stage: "customer" }));
    await approve(world, first, "s1");
    const second = await once(world, ...(await found(world)));
    expect(await openRequests(world, second)).toEqual([]);
    expect(await standing(world, second)).toMatchObject({ set: "ABORTED finished conflict" });
    expect(await conflictsOf(world, second)).toMatchObject([
      { conflict_type: "DUPLICATE_ACTION", resolution_strategy: "ABORT" },
    ]);
    expect((await eventsOf(world, second)).filter(({ type }) => type === "rescheduled")).toHaveLength(1);
  });

  it("a call known late waits for its duplicate that is being asked about elsewhere, and runs where that is refused", async () => {
    const world = await startWorld({ contracts: [sensitive()] });
    const steps = [update("known", "c7", { stage: "customer" }), ...(await found(world))];
    const id = await once(world, ...steps);
    expect((await openRequests(world, id)).map(({ step_id }) => step_id)).toEqual(["known"]);
    await decide(world, id, "known", "reject", { comment: "not so" });
    const asked = await requestFor(world, id, "set");
    expect(asked.earlier_decisions).toMatchObject([{ step_id: "known", status: "rejected", comment: "not so" }]);
    expect(asked.reasons.join("\n")).toContain("set (ghl_update_contact) makes the same call as known");
  });

  it("a call known late is asked about as ever where nothing is found, and nothing is written", async () => {
    const world = await startWorld({ contracts: [sensitive()] });
    const id = await once(world, ...(await found(world)));
    await requestFor(world, id, "set");
    expect((await eventsOf(world, id)).filter(({ type }) => type === "rescheduled")).toEqual([]);
  });
});
