import { resourcesOf } from "../../shared/contracts/resources.ts";
import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import type { LedgerRow } from "../../shared/execution/ledger-row.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import type { Lease } from "../../shared/ports/coordination.ts";
import { undoingArguments } from "../tools/compensation.ts";
import { type LiveDeps, later } from "./live-call.ts";
import type { StepContext } from "./step-context.ts";

/** An unknown outcome keeps its leases until a person has decided: a hundred years stand for "until then". */
const UNTIL_DECIDED_SECONDS = 100 * 365 * 86_400;

type Contracts = Pick<StepContext, "contract" | "undoing">;
type Row = Pick<LedgerRow, "execution_id" | "step_id" | "arguments"> & Partial<Pick<LedgerRow, "side" | "undo">>;

const keysWritten = (contract: ToolContract, args: JsonObject): string[] =>
  resourcesOf(contract, args, []).flatMap(({ access, key }) => (access === "write" ? [key] : []));

/** What the call that undoes writes beside what it undoes, where it is another tool's. */
export const undoneKeys = ({ contract, undoing }: Contracts, undo: JsonObject | null): string[] =>
  undoing === contract ? [] : keysWritten(undoing, undoingArguments(undo));

const writtenKeys = (contracts: Contracts, { side, arguments: args, undo }: Row): string[] => {
  const further = side === "compensation" ? undoneKeys(contracts, undo ?? null) : [];
  return [...new Set([...keysWritten(contracts.contract, args), ...further])];
};

const ownLeases = async (
  deps: Pick<LiveDeps, "leases">,
  { execution_id, step_id }: Pick<LedgerRow, "execution_id" | "step_id">,
  keys: readonly string[],
): Promise<Lease[]> => {
  const leases = await Promise.all(keys.map((key) => deps.leases.get(key)));
  return leases.filter((lease): lease is Lease => lease?.execution_id === execution_id && lease.step_id === step_id);
};

/**
 * Keeps what an unknown outcome may have written from being written by others until it is resolved.
 * @returns false when a lease was taken over since, so that others may have written
 */
export const keepLeases = async (
  deps: Pick<LiveDeps, "leases" | "clock">,
  contracts: Contracts,
  row: Row,
): Promise<boolean> => {
  const keys = writtenKeys(contracts, row);
  const own = await ownLeases(deps, row, keys);
  const until = later(deps, UNTIL_DECIDED_SECONDS);
  const extended = await Promise.all(own.map((lease) => deps.leases.extend(lease, until)));
  return own.length === keys.length && !extended.includes(false);
};

/** Frees what a settled call, and the compensation that is given too, still hold; leases of others are left alone. */
export const freeLeasesOf = async (
  deps: Pick<LiveDeps, "leases">,
  contracts: Contracts,
  row: Row,
  undo?: Row,
): Promise<void> => {
  const keys = [row, undo ?? row].flatMap((each) => writtenKeys(contracts, each));
  for (const lease of await ownLeases(deps, row, [...new Set(keys)])) await deps.leases.release(lease);
};

/** Frees what a step holds, unless its call or its compensation may still take effect: both write the same. */
export const freeLeasesOfStep = async (
  deps: Pick<LiveDeps, "leases" | "ledger">,
  contracts: Contracts,
  { execution_id, step_id }: Pick<LedgerRow, "execution_id" | "step_id">,
): Promise<void> => {
  const row = await deps.ledger.get({ execution_id, step_id, side: "forward" });
  const undo = await deps.ledger.get({ execution_id, step_id, side: "compensation" });
  const settled = [row, undo].every((each) => each?.status !== "INTENT" && each?.status !== "INDETERMINATE");
  if (row !== undefined && settled) await freeLeasesOf(deps, contracts, row, undo);
};
