import { resourcesOf } from "../../shared/contracts/resources.ts";
import type { LedgerRow } from "../../shared/execution/ledger-row.ts";
import type { Lease } from "../../shared/ports/coordination.ts";
import { type LiveDeps, later } from "./live-call.ts";
import type { StepContext } from "./step-context.ts";

/** An unknown outcome keeps its leases until a person has decided: a hundred years stand for "until then". */
const UNTIL_DECIDED_SECONDS = 100 * 365 * 86_400;

const writtenKeys = (context: Pick<StepContext, "contract">, row: Pick<LedgerRow, "arguments">): string[] => {
  const resources = resourcesOf(context.contract, row.arguments, []);
  return [...new Set(resources.filter(({ access }) => access === "write").map(({ key }) => key))];
};

const ownLeases = async (
  deps: Pick<LiveDeps, "leases">,
  context: Pick<StepContext, "contract">,
  row: Pick<LedgerRow, "execution_id" | "step_id" | "arguments">,
): Promise<Lease[]> => {
  const leases = await Promise.all(writtenKeys(context, row).map((key) => deps.leases.get(key)));
  return leases.filter(
    (lease): lease is Lease => lease?.execution_id === row.execution_id && lease.step_id === row.step_id,
  );
};

/**
 * Keeps what an unknown outcome may have written from being written by others until it is resolved.
 * @returns false when a lease was taken over since, so that others may have written
 */
export const keepLeases = async (
  deps: Pick<LiveDeps, "leases" | "clock">,
  context: Pick<StepContext, "contract">,
  row: Pick<LedgerRow, "execution_id" | "step_id" | "arguments">,
): Promise<boolean> => {
  const own = await ownLeases(deps, context, row);
  const until = later(deps, UNTIL_DECIDED_SECONDS);
  const extended = await Promise.all(own.map((lease) => deps.leases.extend(lease, until)));
  return own.length === writtenKeys(context, row).length && !extended.includes(false);
};

/** Frees what a settled call still holds; leases of others are left alone. */
export const freeLeasesOf = async (
  deps: Pick<LiveDeps, "leases">,
  context: Pick<StepContext, "contract">,
  row: Pick<LedgerRow, "execution_id" | "step_id" | "arguments">,
): Promise<void> => {
  for (const lease of await ownLeases(deps, context, row)) await deps.leases.release(lease);
};

/** Frees what a step holds, unless its call or its compensation may still take effect: both write the same. */
export const freeLeasesOfStep = async (
  deps: Pick<LiveDeps, "leases" | "ledger">,
  context: Pick<StepContext, "contract">,
  { execution_id, step_id }: Pick<LedgerRow, "execution_id" | "step_id">,
): Promise<void> => {
  const row = await deps.ledger.get({ execution_id, step_id, side: "forward" });
  const undo = await deps.ledger.get({ execution_id, step_id, side: "compensation" });
  const settled = [row, undo].every((each) => each?.status !== "INTENT" && each?.status !== "INDETERMINATE");
  if (row !== undefined && settled) await freeLeasesOf(deps, context, row);
};
