import { afterAll, expect, it } from "vitest";
import { guardedClient } from "../../functions/adapters/http/guarded-client.ts";
import { memorySecrets } from "../../functions/adapters/memory/secrets.ts";
import { decideMany } from "../../functions/api/act/decide-many.ts";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { openApproval } from "../../functions/api/read/open-approval.ts";
import { wayOut } from "../../functions/tools/http/way-out.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { jsonObject } from "../../shared/plan/json.ts";
import { reservationTools } from "../counterparts/reservation-tools.ts";
import { startReservations, TOKEN } from "../counterparts/reservations.ts";
import {
  AIRLINE_CONFIG,
  airlinePlans,
  asBooked,
  asTheLedgerSays,
  byKey,
  committedWrites,
  effectOf,
  reserved,
} from "../harness/airline.ts";
import { approver, openRequests, submit } from "../harness/people.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const service = await startReservations(reserved);
afterAll(() => service.stop());

/** Everything that is asked in any of the executions is approved in one act, what is HIGH after it was opened. */
const approveInBulk = async (world: TestWorld, executions: readonly string[]): Promise<number> => {
  const asked = (await Promise.all(executions.map((id) => openRequests(world, id)))).flat();
  if (asked.length === 0) return 0;
  for (const { approval_id } of asked) await openApproval(world.deps)(approval_id, approver("ann"));
  const decisions = asked.map(({ approval_id, digest }) => ({ id: approval_id, decision: "approve" as const, digest }));
  const { results } = await decideMany(world.deps)({ decisions }, "ann");
  expect(results.filter(({ ok }) => !ok)).toEqual([]);
  await world.rest();
  return asked.length;
};

/** @returns what people are asked before all that can be undone is */
const rolledBack = async (world: TestWorld, execution: string): Promise<string[]> => {
  const asked = { by: "olga", reason: "the passenger changed their mind" };
  expect((await rollBackExecution(world.deps)(execution, asked, null)).ok).toBe(true);
  await world.rest();
  return (await openRequests(world, execution)).map(({ kind }) => kind);
};

const withASureAgent = (id: string): JsonObject => {
  const found = airlinePlans.find(({ plan_id }) => plan_id === id);
  const agents = [{ agent_id: "sure", permissions: ["airline_read", "airline_write"] }];
  const steps = (found?.steps ?? []).map((step) => ({ ...step, agent_id: "sure", confidence: 0.99 }));
  return jsonObject.parse({ ...found, plan_id: `sure_${id}`, agents, steps });
};

it("an airline's database holds what the ledger says, and after a roll back that less what could be undone", {
  timeout: 240_000,
}, async () => {
  const [read, write] = [memorySecrets("read", { airline: TOKEN }), memorySecrets("write", { airline: TOKEN })];
  const reach = { allowed_hosts: [service.host], networks: [], loopback: true, authorities: [service.cert] };
  const world = await startWorld({
    out: wayOut(guardedClient(reach), read, write, Date.now),
    policy: { allowed_hosts: [service.host] },
    contracts: reservationTools(service),
  });
  const config = AIRLINE_CONFIG;
  const executions: string[] = [];
  const executionOf = (id: string) => executions[airlinePlans.findIndex(({ plan_id }) => plan_id === id)] ?? "";
  for (const plan of airlinePlans) executions.push(await submit(world, { plans: [jsonObject.parse(plan)], config }));
  expect(service.effects()).toEqual([]);

  let approved = 0;
  for (let more = 1; more > 0; approved += more) more = await approveInBulk(world, executions);
  const rows = await committedWrites(world.deps, executions);
  expect(approved).toBeGreaterThanOrEqual(rows.length);
  expect(rows.length).toBeGreaterThan(10);
  // One change for each row and one row for each change, although every seventh was answered as if it had failed.
  expect(byKey(service.effects())).toEqual(byKey(rows.map(effectOf)));
  expect(service.rows()).toEqual(await asTheLedgerSays(world.deps, executions, service));

  // All of it can be undone.
  const changed = executionOf("airline_18");
  const undone = (await committedWrites(world.deps, [changed])).map(({ arguments: args }) =>
    String(args.reservation_id),
  );
  expect(undone.length).toBeGreaterThan(1);
  expect(await rolledBack(world, changed)).toEqual([]);
  for (const id of undone) expect(service.rows().get(id)).toEqual(asBooked);
  expect(service.rows()).toEqual(await asTheLedgerSays(world.deps, executions, service));

  // A booking can be undone, the cancellation beside it cannot. Its agent may only read in the data, and is unsure.
  const rebooked = await submit(world, { plans: [withASureAgent("airline_29")], config });
  executions.push(rebooked);
  expect(await approveInBulk(world, [rebooked])).toBe(2);
  const made = (await committedWrites(world.deps, [rebooked])).map((row) => [row.tool_name, effectOf(row).id]);
  const booked = String(made.find(([tool]) => tool === "book_reservation")?.[1]);
  expect(service.rows().has(booked)).toBe(true);
  expect(await rolledBack(world, rebooked)).toEqual([]);
  expect(service.rows().has(booked)).toBe(false);
  expect(service.rows().get("RES025")).toEqual({ ...asBooked, status: "cancelled" });
  expect(service.rows()).toEqual(await asTheLedgerSays(world.deps, executions, service));

  // A change beneath a cancellation, which stays, is undone where a person says so.
  expect(await rolledBack(world, executionOf("airline_7"))).toEqual([]);
  const moved = await submit(world, { plans: [withASureAgent("airline_7")], config });
  executions.push(moved);
  for (let more = 1; more > 0; ) more = await approveInBulk(world, [moved]);
  expect(service.rows().get("RES011")).toMatchObject({ cabin: "business", status: "cancelled" });
  expect(await rolledBack(world, moved)).toEqual(["undo"]);
  expect(service.rows().get("RES011")).toMatchObject({ cabin: "business", status: "cancelled" });
  expect(await approveInBulk(world, [moved])).toBe(1);
  for (const id of ["RES011", "RES012"]) expect(service.rows().get(id)).toEqual({ ...asBooked, status: "cancelled" });
  expect(service.rows()).toEqual(await asTheLedgerSays(world.deps, executions, service));
});
