import { expect, it } from "vitest";
import { lockSystem } from "../../functions/api/act/lock-system.ts";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { shortName } from "../../shared/plan/given-names.ts";
import { logOf, reported, standing, statusOf } from "../harness/outcome.ts";
import { approve, submit } from "../harness/people.ts";
import { plan, recall, search, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

/** The same for four thousand characters. */
const thought = (end: string) => `call_1a2b__thought__${"QUJD".repeat(1_140)}${end}`;

const AGENT = { agent: "Research Agent" };

it("a chain of steps named as frameworks do is done in order, undone in order, and each outcome bears its step's name", async () => {
  const [find, first, second] = ["call_x|fc_y", thought("a"), thought("b")];
  const world = await startWorld();
  const wanted = await world.contact("c1");
  const id = await submit(world, {
    plans: [
      plan("p1", [
        search(find, String(wanted?.email), AGENT),
        update(first, { $from: find, path: "/contact_id" }, { stage: "lead" }, AGENT),
        update(second, "c1", { stage: "customer" }, { ...AGENT, after: [first] }),
      ]),
    ],
  });
  await approve(world, id, shortName(first));
  expect(await world.contact("c1")).toMatchObject({ stage: "lead" });
  await approve(world, id, shortName(second));
  expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
  expect(await reported(world, id)).toEqual({
    [find]: "success/not_required/LIVE",
    [shortName(first)]: "success/approved/LIVE",
    [shortName(second)]: "success/approved/LIVE",
  });
  expect((await logOf(world, id))[find]).toMatchObject({ agent_id: "Research Agent" });
  const asked = await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong customer" }, null);
  expect(asked).toMatchObject({ ok: true });
  await world.rest();
  expect(await statusOf(world, id)).toBe("ROLLED_BACK");
  expect(await world.contact("c1")).toEqual(wanted);
});

it("a lock on an agent whose name has a blank holds its steps, and not those of another whose name begins alike", async () => {
  const world = await startWorld();
  const steps = [
    update("-1", "c1", { stage: "lead" }, AGENT),
    update("_2", "c2", { stage: "lead" }, { agent: "Research Agent 2" }),
  ];
  const id = await submit(world, { plans: [plan("p1", steps)] });
  const scope = { kind: "agent", agent_id: "Research Agent" } as const;
  await lockSystem(world.deps)({ scope, mode: "stop_forward", reason: "it misbehaves" }, "olga");
  await approve(world, id, "_2");
  expect(await standing(world, id)).toEqual({ "-1": "LOCKED open lock", _2: "LIVE finished live" });
});

it("sixty steps in a row, with ids of four thousand characters, end like any other", async () => {
  const world = await startWorld();
  const steps = Array.from({ length: 60 }, (_, n) =>
    recall(thought(`${n}`), "ann", n === 0 ? {} : { after: [thought(`${n - 1}`)] }),
  );
  const id = await submit(world, { plans: [plan("p1", steps)], config: { dry_run_only: true } });
  await world.rest();
  expect(await statusOf(world, id)).toBe("SUCCEEDED");
});
