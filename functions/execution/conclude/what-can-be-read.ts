import pMap from "p-map";
import { type LedgerKey, unknownRow } from "../../../shared/execution/record/ledger-row.ts";
import { unlessDamaged } from "../../../shared/ports/damaged.ts";
import type { Deps } from "../../deps.ts";
import { readableOnly, type Scheduled } from "../../records/readable-only.ts";

type Stored = Pick<Deps, "approvals" | "ledger" | "steps">;

const STEPS_READ_AT_A_TIME = 16;

/**
 * The records that are left to conclude an execution by where some of it cannot be read, with that in words; `damaged`
 * is null where all of it can be.
 */
export const whatCanBeRead = async <Ports extends Stored>(
  ports: Ports,
  scheduled: Scheduled,
): Promise<{ readonly deps: Ports; readonly damaged: string | null }> => {
  const damaged = await damagesOf(ports, scheduled);
  if (damaged.length === 0) return { deps: ports, damaged: null };
  const words = `what is on record cannot be read (${damaged.join("; ")}): nothing new is called`;
  const ledger = readableLedger(ports.ledger, scheduled);
  return { deps: { ...readableOnly(ports, scheduled), ledger }, damaged: words };
};

const damagesOf = async (deps: Stored, scheduled: Scheduled): Promise<string[]> => {
  const { execution_id } = scheduled.execution;
  const [requests, rows, steps] = await Promise.all([
    deps.approvals.readable(execution_id),
    deps.ledger.readable(execution_id),
    brokenSteps(deps, scheduled),
  ]);
  return [
    ...steps.map((step_id) => `the events of step ${step_id}`),
    ...rows.damaged.map(({ step_id, side }) => `the ${side} row of step ${step_id} in the ledger`),
    ...requests.unreadable.map((place) => `the request to people at ${place}`),
  ];
};

/** Most often none is, which one query tells. */
const brokenSteps = ({ steps }: Pick<Deps, "steps">, { execution, schedule }: Scheduled): Promise<string[]> => {
  const { execution_id } = execution;
  const broken = (step_id: string): Promise<string[]> =>
    unlessDamaged(
      () => steps.get(execution_id, step_id).then(() => []),
      () => [step_id],
    );
  return unlessDamaged(
    () => steps.all(execution_id).then(() => []),
    async () => {
      const options = { concurrency: STEPS_READ_AT_A_TIME };
      return (await pMap(schedule.steps, ({ step_id }) => broken(step_id), options)).flat();
    },
  );
};

/** Of a damaged row nobody knows how its call ended, nor can anybody's word be written there. */
const readableLedger = (ledger: Deps["ledger"], { execution, schedule }: Scheduled): Deps["ledger"] => {
  const stepOf = new Map(schedule.steps.map((step) => [step.step_id, step]));
  const unknown = (key: LedgerKey) => {
    const { tool_name = "", arguments: args = {} } = stepOf.get(key.step_id) ?? {};
    return unknownRow(key, { tool_name, arguments: args, started_at: execution.submitted_at });
  };
  return {
    ...ledger,
    ofExecution: async (execution_id) => {
      const { items, damaged } = await ledger.readable(execution_id);
      return [...items, ...damaged.map(unknown)];
    },
    get: (key) =>
      unlessDamaged(
        () => ledger.get(key),
        () => unknown(key),
      ),
    settle: (key, ...outcome) =>
      unlessDamaged(
        () => ledger.settle(key, ...outcome),
        () => ({ kind: "late", row: unknown(key) }),
      ),
  };
};
