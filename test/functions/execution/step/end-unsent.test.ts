import { describe, expect, it } from "vitest";
import type { Deps } from "../../../../functions/deps.ts";
import type { LedgerRow } from "../../../../shared/execution/record/ledger-row.ts";
import { eventsOf, standing } from "../../../harness/outcome.ts";
import { approve, submit } from "../../../harness/people.ts";
import { plan, update } from "../../../harness/plans.ts";
import { startWorld } from "../../../harness/world.ts";

const one = { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] };

/** INTENT of an attempt that was given up and goes on. */
const intentOf = (execution_id: string): LedgerRow => ({
  execution_id,
  step_id: "s1",
  side: "forward",
  status: "INTENT",
  tool_name: "ghl_update_contact",
  call_digest: "d",
  arguments: {},
  idempotency_key: "k",
  epoch: 1,
  approved_digest: null,
  deadline: "2026-01-05T10:00:00.000Z",
  started_at: "2026-01-05T09:00:00.000Z",
  ended_at: null,
  output: null,
  error: null,
  undo: null,
  evidence: [],
});

describe("a LIVE step whose approved call can no longer be previewed", () => {
  it("a LIVE step whose call can no longer be previewed ends, and an attempt given up finds a tombstone in the ledger", async () => {
    const world = await startWorld();
    const id = await submit(world, one);
    await world.fail({ tool_name: "ghl_update_contact", rung: "preview", kind: "reject" });
    await approve(world, id, "s1");
    await world.settle();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
    expect(await world.deps.ledger.intend(intentOf(id))).toEqual({ kind: "tombstone" });
  });

  it("a LIVE step that cannot be previewed does not end where another attempt wrote its INTENT: that may have been sent", async () => {
    const world = await startWorld({
      depsFor: (state, deps): Deps => {
        if (state !== "Live") return deps;
        const entomb: Deps["ledger"]["entomb"] = async (key) => {
          await deps.ledger.intend(intentOf(key.execution_id));
          return deps.ledger.entomb(key);
        };
        return { ...deps, ledger: { ...deps.ledger, entomb } };
      },
    });
    const id = await submit(world, one);
    await world.fail({ tool_name: "ghl_update_contact", rung: "preview", kind: "reject" });
    await approve(world, id, "s1");
    expect((await eventsOf(world, id)).map(({ type }) => type)).not.toContain("live_failed");
    expect(await world.deps.steps.get(id, "s1")).toMatchObject({ state: "LIVE", phase: "open" });
    expect(await world.deps.leases.get("ghl:contact:c1")).toMatchObject({ execution_id: id, step_id: "s1" });
  });
});

describe("a LIVE step whose preview is not the approved one any more", () => {
  it("a LIVE step with another preview is not asked about anew where an earlier attempt has written its INTENT", async () => {
    const world = await startWorld({
      depsFor: (state, deps): Deps => {
        if (state !== "Live") return deps;
        let looked = false;
        // This attempt had looked for a row before the earlier one wrote its own, and begun when that one's time was over.
        const get: Deps["ledger"]["get"] = async (key) => {
          if (looked) await deps.ledger.intend(intentOf(key.execution_id));
          looked = true;
          return deps.ledger.get(key);
        };
        return { ...deps, ledger: { ...deps.ledger, get } };
      },
    });
    const id = await submit(world, one);
    await world.changeContact("c1", { stage: "customer" });
    await approve(world, id, "s1");
    expect((await eventsOf(world, id)).map(({ type }) => type)).not.toContain("drifted");
    expect(await world.deps.steps.get(id, "s1")).toMatchObject({ state: "LIVE", phase: "open" });
    expect(await world.deps.leases.get("ghl:contact:c1")).toMatchObject({ execution_id: id, step_id: "s1" });
  });
});
