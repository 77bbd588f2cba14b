import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { z } from "zod";
import type { Deps } from "../../functions/deps.ts";
import type { LedgerRow } from "../../shared/execution/record/ledger-row.ts";
import { type JsonObject, jsonObject } from "../../shared/plan/json.ts";
import type { Reservations } from "../counterparts/reservations.ts";

/**
 * The calls of tau2-bench's airline tasks (MIT), one plan a task, with other names, users and reservations. Several tasks
 * touch the same reservations; every fifth agent may only read; how sure each is varies.
 */
export const { plans: airlinePlans } = z
  .object({
    plans: z.array(z.looseObject({ plan_id: z.string(), steps: z.array(z.looseObject({ arguments: jsonObject })) })),
  })
  .parse(JSON.parse(readFileSync(new URL("../fixtures/airline-plans.json", import.meta.url), "utf8")));

/** A reservation before any plan has touched it. */
export const asBooked: JsonObject = {
  cabin: "economy",
  flights: [{ flight_number: "HAT000", date: "2024-05-01" }],
  passengers: [{ name: "Somebody" }],
  total_baggages: 0,
  nonfree_baggages: 0,
  payment_id: "payment_00",
  status: "booked",
};

/** Every reservation that a plan names, as it is before. */
export const reserved: ReadonlyMap<string, JsonObject> = new Map(
  airlinePlans
    .flatMap(({ steps }) => steps.map((step) => step.arguments.reservation_id))
    .filter((id) => id !== undefined)
    .map((id) => [String(id), asBooked]),
);

/** So that no plan of the data stops at a limit. */
export const AIRLINE_CONFIG = { max_live_escalations: 20 };

type Ledger = Pick<Deps, "ledger">;

export const committedWrites = async ({ ledger }: Ledger, executions: readonly string[]): Promise<LedgerRow[]> => {
  const rows = (await Promise.all(executions.map((id) => ledger.ofExecution(id)))).flat();
  expect(rows.filter(({ status }) => status === "INTENT" || status === "INDETERMINATE")).toEqual([]);
  const writes = /^(update|book|cancel|transfer)_/;
  return rows.filter(({ status, tool_name }) => status === "COMMITTED" && writes.test(tool_name));
};

/** The database as the ledger has it: every change that stands, in the order in which the service made them. */
export const asTheLedgerSays = async (
  deps: Ledger,
  executions: readonly string[],
  service: Pick<Reservations, "effects">,
): Promise<Map<string, JsonObject>> => {
  const rows = await committedWrites(deps, executions);
  const placeOf = ({ execution_id, step_id }: LedgerRow) => `${execution_id} ${step_id}`;
  const undone = new Set(rows.filter(({ side }) => side === "compensation").map(placeOf));
  const standing = rows.filter((row) => row.side === "forward" && !undone.has(placeOf(row)));
  const keys = new Set(standing.map(({ idempotency_key }) => idempotency_key));
  const seen = new Map(reserved);
  for (const { key, id, body } of service.effects()) if (keys.has(key)) seen.set(id, { ...seen.get(id), ...body });
  return seen;
};

/** The effect that a row of the ledger tells of, as the service would note it. */
export const effectOf = ({ idempotency_key: key, tool_name, arguments: args, output }: LedgerRow) => {
  const { reservation_id, ...fields } = args;
  const made = z.object({ id: z.string() }).parse(output).id;
  if (tool_name === "cancel_reservation") return { key, action: "PATCH", id: made, body: { status: "cancelled" } };
  const action = reservation_id === undefined ? "POST" : "PATCH";
  return { key, action, id: made, body: fields };
};

export const byKey = <Keyed extends { readonly key: string }>(all: readonly Keyed[]): Keyed[] =>
  all.toSorted((one, other) => (one.key < other.key ? -1 : 1));
