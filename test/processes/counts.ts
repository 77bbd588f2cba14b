import { join } from "node:path";
import { tablePorts } from "../../functions/adapters/table/index.ts";
import { semaphoreKey } from "../../functions/adapters/table/keys/of-calls.ts";
import { worldTable } from "../../functions/adapters/table/world.ts";
import { tableWorldReader } from "../../functions/tools/world/table-world.ts";
import { COLLECTIONS } from "../../functions/tools/world/world.ts";
import { type Database, startDatabase } from "../../local/database/database.ts";
import { resourcesOf } from "../../shared/contracts/resources.ts";
import type { LedgerRow } from "../../shared/execution/record/ledger-row.ts";
import type { Crm } from "../counterparts/crm.ts";
import { madeAt } from "./service.ts";
import { emailOf, isOnService, kindOf, subjectOf } from "./workload.ts";

/** The part of the counterpart that tells what really happened there. */
export type Counterpart = Pick<Crm, "contacts" | "keyed">;

export type Counts = {
  /** Executions on record, and those of them that the driver knows. */
  executions: number;
  known: number;
  /** Ended, or waiting for a named person. */
  settled: number;
  /** Rows of the ledger, both sides, and those of them whose call goes to the counterpart. */
  calls: number;
  calls_at_service: number;
  committed: number;
  compensated: number;
  unsettled_rows: number;
  /** Irreversible effects in the world, and those that are there twice. */
  effects: number;
  /** Those of them that the counterpart says it has. */
  effects_at_service: number;
  duplicates: number;
  /** Changes that the counterpart has made, undoings among them. */
  changes_at_service: number;
  /** Calls whose ledger row and the world do not agree. */
  contradictions: string[];
  leases_left: number;
  slots_left: number;
  in_flight_left: number;
};

/** Reads a folder as its last process left it: what the sandbox world holds against what is on record. */
export const countFolder = async (folder: string, ids: readonly string[], service: Counterpart): Promise<Counts> => {
  const database = await startDatabase(join(folder, "database"));
  try {
    return await count(database, ids, service);
  } finally {
    await database.stop();
  }
};

const count = async ({ table }: Database, ids: readonly string[], service: Counterpart): Promise<Counts> => {
  const ports = tablePorts(table);
  const reader = tableWorldReader(worldTable(table));
  const made = madeAt(service);
  const inSandbox = {
    subjects: (await reader.list(COLLECTIONS.outbox)).map(({ value }) => String(value.subject)),
    emails: (await reader.list(COLLECTIONS.ghlContacts)).map(({ value }) => String(value.email)),
  };
  const times = (all: readonly string[], one: string): number => all.filter((each) => each === one).length;

  const records = await allExecutions(ports);
  const counts: Counts = {
    executions: records.length,
    known: records.filter(({ execution_id }) => ids.includes(execution_id)).length,
    settled: 0,
    calls: 0,
    calls_at_service: 0,
    committed: 0,
    compensated: 0,
    unsettled_rows: 0,
    effects: 0,
    effects_at_service: 0,
    duplicates: 0,
    changes_at_service: service.keyed.length,
    contradictions: [],
    leases_left: 0,
    slots_left: 0,
    in_flight_left: (await ports.inFlightCalls.all()).length,
  };
  for (const { execution_id, status } of records) {
    const open = (await ports.approvals.ofExecution(execution_id)).filter((request) => request.status === "open");
    if (status !== "RUNNING" || open.length > 0) counts.settled += 1;
  }
  const rowsAtService: LedgerRow[] = [];
  const contracts = new Map((await ports.contracts.all()).map((contract) => [contract.tool_name, contract]));
  for (const [n, execution_id] of ids.entries()) {
    const rows = await ports.ledger.ofExecution(execution_id);
    const forward = rows.filter(({ side }) => side === "forward");
    counts.calls += rows.length;
    if (isOnService(n)) {
      counts.calls_at_service += rows.length;
      rowsAtService.push(...rows);
    }
    counts.committed += forward.filter(({ status }) => status === "COMMITTED").length;
    counts.compensated += rows.filter(({ side, status }) => side === "compensation" && status === "COMMITTED").length;
    counts.unsettled_rows += rows.filter(({ status }) => status === "INTENT" || status === "INDETERMINATE").length;
    const { emails, subjects } = isOnService(n) ? made : inSandbox;
    const effects = times(emails, emailOf(n)) + times(subjects, subjectOf(n));
    if (isOnService(n)) counts.effects_at_service += effects;
    counts.effects += effects;
    counts.duplicates += Math.max(0, effects - 1);
    const said = forward.filter((row) => isIrreversible(row) && row.status === "COMMITTED").length;
    if (said !== effects) counts.contradictions.push(`${n} ${kindOf(n)}: ${said} on record, ${effects} in the world`);
    for (const row of rows) {
      const contract = contracts.get(row.tool_name);
      const keys = contract === undefined ? [] : resourcesOf(contract, row.arguments, []).map(({ key }) => key);
      for (const key of keys) if ((await ports.leases.get(key))?.execution_id === execution_id) counts.leases_left += 1;
    }
  }
  counts.contradictions.push(...againstKeys(rowsAtService, service));
  for (const tool_name of contracts.keys())
    counts.slots_left += Number((await table.get(semaphoreKey(tool_name)))?.held ?? 0);
  return counts;
};

const IRREVERSIBLE: ReadonlySet<string> = new Set([
  "ghl_create_contact",
  "msgraph_send_email",
  "svc_create",
  "svc_mail",
]);
const isIrreversible = ({ tool_name }: LedgerRow): boolean => IRREVERSIBLE.has(tool_name);

/** Keys of which the counterpart counted otherwise than the ledger says: one change of what was committed, none of anything else. */
export const againstKeys = (
  rows: readonly Pick<LedgerRow, "tool_name" | "side" | "status" | "idempotency_key">[],
  { keyed }: Pick<Counterpart, "keyed">,
): string[] => {
  const made = new Map<string | null, number>();
  for (const key of keyed) made.set(key, (made.get(key) ?? 0) + 1);
  const known = new Set<string | null>(rows.map(({ idempotency_key }) => idempotency_key));
  return [
    ...rows.flatMap(({ tool_name, side, status, idempotency_key }) => {
      const times = made.get(idempotency_key) ?? 0;
      const should = status === "COMMITTED" ? 1 : 0;
      return times === should
        ? []
        : [`${tool_name} ${side} ${idempotency_key} is ${status}, and was made ${times} times`];
    }),
    ...[...made].flatMap(([key, times]) =>
      known.has(key) ? [] : [`${times} changes of ${key}, which the ledger has not`],
    ),
  ];
};

const allExecutions = async (ports: ReturnType<typeof tablePorts>) => {
  const all = [];
  for (let next: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof ports.executions.list>> = await ports.executions.list({ limit: 100, next });
    all.push(...page.items);
    if (page.next === null) return all;
    next = page.next;
  }
};
