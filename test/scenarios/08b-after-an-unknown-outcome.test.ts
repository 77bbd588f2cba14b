import { expect, it } from "vitest";
import { standing, statusOf } from "../harness/outcome.ts";
import { approve, decide, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

/** A write nobody can look up, on a resource that others write too. */
const note = {
  tool_name: "post_note",
  risk_level: "MEDIUM",
  reversible: false,
  timeout_seconds: 20,
  requires_approval: true,
  approvals_required: 1,
  resources: [{ key: "board:{board}", access: "write" }],
  outcome_resolution: "OPAQUE",
};

it.each(["happened", "did_not_happen"] as const)(
  "what a call of unknown outcome held is free as soon as a person said that it %s",
  async (word) => {
    const world = await startWorld({ contracts: [note] });
    await world.fail({ tool_name: "post_note", rung: "call", kind: "time_out_after_effect", times: 1 });
    const id = await submit(world, {
      plans: [
        plan("p1", [call("s1", "post_note", { board: "b1", text: "one" })]),
        plan("p2", [call("s2", "post_note", { board: "b1", text: "two" }, { agent: "a2" })]),
      ],
    });
    await approve(world, id, "s1");
    expect(await standing(world, id)).toMatchObject({ s1: "AWAITING_APPROVAL reconcile -" });
    const other = await submit(world, {
      plans: [plan("p3", [call("s3", "post_note", { board: "b1", text: "three" }, { agent: "a3" })])],
    });
    await approve(world, other, "s3");
    await world.pass(30);
    // Nobody writes what may have been written.
    expect(await standing(world, other)).toEqual({ s3: "LIVE open -" });
    await decide(world, id, "s1", word);
    await approve(world, id, "s2");
    await world.rest(40);
    expect(await standing(world, id)).toMatchObject({ s2: "LIVE finished live" });
    expect(await standing(world, other)).toEqual({ s3: "LIVE finished live" });
    expect(await statusOf(world, id)).toBe(word === "happened" ? "SUCCEEDED" : "FAILED");
  },
);
