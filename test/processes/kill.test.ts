import { expect, it } from "vitest";
import { againstKeys } from "./counts.ts";
import { type Figures, faultsOf, runWithKills } from "./kill-run.ts";

it("a server that is killed again and again loses no execution, repeats no irreversible call, and leaves nothing behind", async () => {
  const asked = { executions: 24, kills: 4, seed: 7 };
  const figures = await runWithKills(asked);
  expect(faultsOf(figures, asked)).toEqual([]);
  expect(figures.effects).toBeGreaterThan(figures.effects_at_service);
  expect(figures.effects_at_service).toBeGreaterThan(0);
  expect(figures.changes_at_service).toBeGreaterThan(figures.effects_at_service);
  expect(figures.compensated).toBeGreaterThan(0);
  expect(figures.locks).toBeGreaterThan(0);
}, 240_000);

it("the report of a kill test says of a run what was lost, repeated, contradicted, or left behind", () => {
  const asked = { executions: 3, kills: 2, seed: 1 };
  const good: Figures = {
    ...{ executions: 3, known: 3, settled: 3, calls: 4, committed: 3, compensated: 1, unsettled_rows: 0, effects: 2 },
    effects_at_service: 1,
    ...{ calls_at_service: 2, changes_at_service: 1 },
    ...{ duplicates: 0, contradictions: [], leases_left: 0, slots_left: 0, in_flight_left: 0 },
    ...{ kills: 2, replies: 9, lost_requests: 1, decisions: 2, locks: 1, resumed: 0, not_verified: [], seconds: 1 },
  };
  expect(faultsOf(good, asked)).toEqual([]);
  const wrong = ["executions", "known", "settled", "duplicates", "unsettled_rows", "leases_left", "kills"] as const;
  for (const name of wrong) expect(faultsOf({ ...good, [name]: good[name] + 1 }, asked), name).toHaveLength(1);
  expect(
    faultsOf({ ...good, not_verified: ["1 verifies as TAMPERED: ledger: a row is there twice"] }, asked),
  ).toHaveLength(1);
  expect(faultsOf({ ...good, calls_at_service: 1 }, asked)).toEqual([
    "calls that went to the counterpart: 1 of 4, which is not about half",
  ]);
  expect(faultsOf({ ...good, contradictions: ["2 mail: 1 on record, 0 in the world"] }, asked)).toHaveLength(1);
});

it("a kill test counts each change at the counterpart by its key: once for what was committed, never for else", () => {
  const row = (idempotency_key: string, status: "COMMITTED" | "REJECTED") =>
    ({ tool_name: "svc_update", side: "forward", status, idempotency_key }) as const;
  const rows = [row("k1", "COMMITTED"), row("k2", "REJECTED")];
  expect(againstKeys(rows, { keyed: ["k1"] })).toEqual([]);
  expect(againstKeys(rows, { keyed: ["k1", "k1", "k2"] })).toEqual([
    "svc_update forward k1 is COMMITTED, and was made 2 times",
    "svc_update forward k2 is REJECTED, and was made 1 times",
  ]);
  expect(againstKeys(rows, { keyed: ["k1", "k3"] })).toEqual(["1 changes of k3, which the ledger has not"]);
});
