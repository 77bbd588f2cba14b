import { readFileSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { z } from "zod";
import { guardedClient } from "../../functions/adapters/http/guarded-client.ts";
import { memorySecrets } from "../../functions/adapters/memory/secrets.ts";
import { decideMany } from "../../functions/api/act/decide-many.ts";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { openApproval } from "../../functions/api/read/open-approval.ts";
import { wayOut } from "../../functions/tools/http/way-out.ts";
import type { LedgerRow } from "../../shared/execution/record/ledger-row.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { jsonObject } from "../../shared/plan/json.ts";
import { reservationTools } from "../counterparts/reservation-tools.ts";
import { startReservations, TOKEN } from "../counterparts/reservations.ts";
import { approver, openRequests, submit } from "../harness/people.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

/**
 * The calls of tau2-bench's airline tasks (MIT), one plan a task, with other names, users and reservations. Several tasks
 * touch the same reservations; every fifth agent may only read; how sure each is varies.
 */
const { plans } = z
  .object({
    plans: z.array(z.looseObject({ plan_id: z.string(), steps: z.array(z.looseObject({ arguments: jsonObject })) })),
  })
  .parse(JSON.parse(readFileSync(new URL("../fixtures/airline-plans.json", import.meta.url), "utf8")));

const reserved = new Set(
  plans.flatMap(({ steps }) => steps.map((step) => step.arguments.reservation_id)).filter((id) => id !== undefined),
);
const asBooked: JsonObject = {
  cabin: "economy",
  flights: [{ flight_number: "HAT000", date: "2024-05-01" }],
  passengers: [{ name: "Somebody" }],
  total_baggages: 0,
  nonfree_baggages: 0,
  payment_id: "payment_00",
  status: "booked",
};
const service = await startReservations([...reserved].map((id) => [String(id), asBooked]));
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

const committedWrites = async (world: TestWorld, executions: readonly string[]): Promise<LedgerRow[]> => {
  const rows = (await Promise.all(executions.map((id) => world.deps.ledger.ofExecution(id)))).flat();
  expect(rows.filter(({ status }) => status === "INTENT" || status === "INDETERMINATE")).toEqual([]);
  const writes = /^(update|book|cancel|transfer)_/;
  return rows.filter(({ status, tool_name }) => status === "COMMITTED" && writes.test(tool_name));
};

/** The database as the ledger has it: every change that stands, in the order in which the service made them. */
const asTheLedgerSays = async (world: TestWorld, executions: readonly string[]): Promise<Map<string, JsonObject>> => {
  const rows = await committedWrites(world, executions);
  const placeOf = ({ execution_id, step_id }: LedgerRow) => `${execution_id} ${step_id}`;
  const undone = new Set(rows.filter(({ side }) => side === "compensation").map(placeOf));
  const standing = rows.filter((row) => row.side === "forward" && !undone.has(placeOf(row)));
  const keys = new Set(standing.map(({ idempotency_key }) => idempotency_key));
  const seen = new Map([...reserved].map((id) => [String(id), asBooked]));
  for (const { key, id, body } of service.effects()) if (keys.has(key)) seen.set(id, { ...seen.get(id), ...body });
  return seen;
};

/** The effect that a row of the ledger tells of, as the service would note it. */
const effectOf = ({ idempotency_key: key, tool_name, arguments: args, output }: LedgerRow) => {
  const { reservation_id, ...fields } = args;
  const made = z.object({ id: z.string() }).parse(output).id;
  if (tool_name === "cancel_reservation") return { key, action: "PATCH", id: made, body: { status: "cancelled" } };
  const action = reservation_id === undefined ? "POST" : "PATCH";
  return { key, action, id: made, body: fields };
};

/** @returns what people are asked before all that can be undone is */
const rolledBack = async (world: TestWorld, execution: string): Promise<string[]> => {
  const asked = { by: "olga", reason: "the passenger changed their mind" };
  expect((await rollBackExecution(world.deps)(execution, asked, null)).ok).toBe(true);
  await world.rest();
  return (await openRequests(world, execution)).map(({ kind }) => kind);
};

const withASureAgent = (id: string): JsonObject => {
  const found = plans.find(({ plan_id }) => plan_id === id);
  const agents = [{ agent_id: "sure", permissions: ["airline_read", "airline_write"] }];
  const steps = (found?.steps ?? []).map((step) => ({ ...step, agent_id: "sure", confidence: 0.99 }));
  return jsonObject.parse({ ...found, plan_id: `sure_${id}`, agents, steps });
};

const byKey = <Keyed extends { readonly key: string }>(all: readonly Keyed[]): Keyed[] =>
  all.toSorted((one, other) => (one.key < other.key ? -1 : 1));

it("an airline's database holds what the ledger says, and after a roll back that less what could be undone", {
  timeout: 240_000,
}, async () => {
  const known = memorySecrets({ airline: TOKEN });
  const reach = { allowed_hosts: [service.host], networks: [], loopback: true, authorities: [service.cert] };
  const world = await startWorld({
    out: wayOut(guardedClient(reach), known, known, Date.now),
    policy: { allowed_hosts: [service.host] },
    contracts: reservationTools(service),
  });
  const config = { max_live_escalations: 20 };
  const executions: string[] = [];
  const executionOf = (id: string) => executions[plans.findIndex(({ plan_id }) => plan_id === id)] ?? "";
  for (const plan of plans) executions.push(await submit(world, { plans: [jsonObject.parse(plan)], config }));
  expect(service.effects()).toEqual([]);

  let approved = 0;
  for (let more = 1; more > 0; approved += more) more = await approveInBulk(world, executions);
  const rows = await committedWrites(world, executions);
  expect(approved).toBeGreaterThanOrEqual(rows.length);
  expect(rows.length).toBeGreaterThan(10);
  // One change for each row and one row for each change, although every seventh was answered as if it had failed.
  expect(byKey(service.effects())).toEqual(byKey(rows.map(effectOf)));
  expect(service.rows()).toEqual(await asTheLedgerSays(world, executions));

  // All of it can be undone.
  const changed = executionOf("airline_18");
  const undone = (await committedWrites(world, [changed])).map(({ arguments: args }) => String(args.reservation_id));
  expect(undone.length).toBeGreaterThan(1);
  expect(await rolledBack(world, changed)).toEqual([]);
  for (const id of undone) expect(service.rows().get(id)).toEqual(asBooked);
  expect(service.rows()).toEqual(await asTheLedgerSays(world, executions));

  // A booking can be undone, the cancellation beside it cannot. Its agent may only read in the data, and is unsure.
  const rebooked = await submit(world, { plans: [withASureAgent("airline_29")], config });
  executions.push(rebooked);
  expect(await approveInBulk(world, [rebooked])).toBe(2);
  const made = (await committedWrites(world, [rebooked])).map((row) => [row.tool_name, effectOf(row).id]);
  const booked = String(made.find(([tool]) => tool === "book_reservation")?.[1]);
  expect(service.rows().has(booked)).toBe(true);
  expect(await rolledBack(world, rebooked)).toEqual([]);
  expect(service.rows().has(booked)).toBe(false);
  expect(service.rows().get("RES025")).toEqual({ ...asBooked, status: "cancelled" });
  expect(service.rows()).toEqual(await asTheLedgerSays(world, executions));

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
  expect(service.rows()).toEqual(await asTheLedgerSays(world, executions));
});
