import { undoingArguments } from "../../../shared/contracts/compensation-template.ts";
import { writtenKeysOf } from "../../../shared/contracts/resources.ts";
import { secondsAfter } from "../../../shared/execution/attempt/timing.ts";
import { isUnsettled, type LedgerRow } from "../../../shared/execution/record/ledger-row.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import type { Lease } from "../../../shared/ports/coordination.ts";
import type { StepContext } from "../step/step-context.ts";
import { type AttemptDeps, nowOf } from "./in-flight.ts";

/** An unknown outcome keeps its leases until a person has decided: a hundred years stand for "until then". */
const UNTIL_DECIDED_SECONDS = 100 * 365 * 86_400;

type Contracts = Pick<StepContext, "contract" | "undoing">;
type Row = Pick<LedgerRow, "execution_id" | "step_id" | "arguments"> & Partial<Pick<LedgerRow, "side" | "undo">>;

/** Resources that the undoing call writes beside those it undoes, where it is another tool's. */
export const undoneKeys = ({ contract, undoing }: Contracts, undo: JsonObject | null): string[] =>
  undoing === contract ? [] : writtenKeysOf(undoing, undoingArguments(undo));

const writtenKeys = (contracts: Contracts, { side, arguments: args, undo }: Row): string[] => {
  const further = side === "compensation" ? undoneKeys(contracts, undo ?? null) : [];
  return [...new Set([...writtenKeysOf(contracts.contract, args), ...further])];
};

const ownLeases = async (
  deps: Pick<AttemptDeps, "leases">,
  { execution_id, step_id }: Pick<LedgerRow, "execution_id" | "step_id">,
  keys: readonly string[],
): Promise<Lease[]> => {
  const leases = await Promise.all(keys.map((key) => deps.leases.get(key)));
  return leases.filter((lease): lease is Lease => lease?.execution_id === execution_id && lease.step_id === step_id);
};

/** Whether a lease is kept for an unknown outcome: any other one ends with its call. */
export const isKept = ({ clock }: Pick<AttemptDeps, "clock">, { until }: Lease): boolean =>
  Date.parse(until) - clock.now().getTime() > (UNTIL_DECIDED_SECONDS / 2) * 1000;

/**
 * Keeps what an unknown outcome may have written from being written by others until it is resolved. That it is unknown
 * is read after the leases were: an attempt that began since it was resolved was given them anew.
 * @returns false when a lease was taken over since, so that others may have written; undefined when it is not unknown
 * any more
 */
export const keepLeases = async (
  deps: Pick<AttemptDeps, "leases" | "ledger" | "clock">,
  contracts: Contracts,
  row: LedgerRow,
): Promise<boolean | undefined> => {
  const keys = writtenKeys(contracts, row);
  const own = await ownLeases(deps, row, keys);
  if ((await deps.ledger.get(row))?.status !== "INDETERMINATE") return undefined;
  const until = secondsAfter(nowOf(deps), UNTIL_DECIDED_SECONDS);
  const extended = await Promise.all(own.map((lease) => deps.leases.extend(lease, until)));
  return own.length === keys.length && !extended.includes(false);
};

/**
 * Frees what a settled call, and the compensation that is given too, still hold; leases of others are left alone.
 * `still` is asked once the leases were read: what has them given anew after that loses nothing.
 */
export const freeLeasesOf = async (
  deps: Pick<AttemptDeps, "leases" | "clock">,
  contracts: Contracts,
  [row, undo]: readonly [Row, (Row | undefined)?],
  still: () => Promise<boolean> = async () => true,
): Promise<void> => {
  const keys = [row, undo ?? row].flatMap((each) => writtenKeys(contracts, each));
  const own = await ownLeases(deps, row, [...new Set(keys)]);
  if (own.length > 0 && (await still())) for (const lease of own) await deps.leases.release(lease, nowOf(deps));
};

type StepIds = Pick<LedgerRow, "execution_id" | "step_id">;

/** The rows of a step, if nothing of it may still take effect: its call and its compensation write the same. */
const settledRows = async (
  { ledger }: Pick<AttemptDeps, "ledger">,
  { execution_id, step_id }: StepIds,
): Promise<readonly [LedgerRow, LedgerRow | undefined] | undefined> => {
  const row = await ledger.get({ execution_id, step_id, side: "forward" });
  const undo = await ledger.get({ execution_id, step_id, side: "compensation" });
  return row === undefined || [row, undo].some(isUnsettled) ? undefined : [row, undo];
};

/** Frees whatever a step holds, unless something of it may still take effect. Only where no other attempt can be under way. */
export const freeLeasesOfStep = async (
  deps: Pick<AttemptDeps, "leases" | "ledger" | "clock">,
  contracts: Contracts,
  step: StepIds,
): Promise<void> => {
  const rows = await settledRows(deps, step);
  if (rows !== undefined) await freeLeasesOf(deps, contracts, rows);
};

/**
 * Frees what a step keeps for an outcome that was unknown and is settled. Another attempt at it may have begun since,
 * to undo it: what that one holds ends with its call, and is left alone. So is what is kept for that one's own unknown
 * outcome, because the ledger is read again after the leases.
 */
export const freeKeptLeases = async (
  deps: Pick<AttemptDeps, "leases" | "ledger" | "clock">,
  contracts: Contracts,
  step: StepIds,
): Promise<void> => {
  const rows = await settledRows(deps, step);
  if (rows === undefined) return;
  const keys = rows.flatMap((row) => (row === undefined ? [] : writtenKeys(contracts, row)));
  const kept = (await ownLeases(deps, step, [...new Set(keys)])).filter((lease) => isKept(deps, lease));
  if (kept.length === 0 || (await settledRows(deps, step)) === undefined) return;
  for (const lease of kept) await deps.leases.release(lease, nowOf(deps));
};
