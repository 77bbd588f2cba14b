import type { Changes } from "../../shared/ports/calls.ts";
import type { AuditLog, Executions, Steps } from "../../shared/ports/executions.ts";
import { type Timer, waitFor } from "./timer.ts";

/** Where other processes do the work, nobody hears: one looks again after a pause. */
export const unheardChanges = (timer: Timer): Changes => ({
  changed: () => {},
  listen: (_execution_id, milliseconds) => {
    let left = milliseconds;
    return {
      isOver: () => left <= 0,
      wait: async (pause, signal) => {
        const now = Math.min(pause, left);
        await waitFor(timer, now, signal);
        left -= now;
      },
      stop: () => {},
    };
  },
});

/** Longer than any change is without a word; for what happens to no step. */
const LOOK_ANYWAY_MS = 5_000;

/** Where one process does it all, whoever waits for an execution hears each of its changes. */
export const heardChanges = (timer: Timer): Changes => {
  const listening = new Map<string, Set<() => void>>();
  return {
    changed: (execution_id) => {
      for (const hear of listening.get(execution_id) ?? []) hear();
    },
    listen: (execution_id, milliseconds) => {
      const ears = listening.get(execution_id) ?? new Set();
      listening.set(execution_id, ears);
      let heard = new AbortController();
      let over = milliseconds <= 0;
      const hear = (): void => heard.abort();
      const cancel = over
        ? () => {}
        : timer.after(milliseconds, () => {
            over = true;
            hear();
          });
      ears.add(hear);
      return {
        isOver: () => over,
        wait: async (_pause, signal) => {
          const either = signal === undefined ? heard.signal : AbortSignal.any([signal, heard.signal]);
          await waitFor(timer, LOOK_ANYWAY_MS, either);
          heard = new AbortController();
        },
        stop: () => {
          cancel();
          ears.delete(hear);
          if (ears.size === 0) listening.delete(execution_id);
        },
      };
    },
  };
};

type Told = { readonly steps: Steps; readonly auditLog: AuditLog; readonly executions: Executions };

/** The records of executions, of which whoever waits for one hears every event and every change of its own record. */
export const withChangesTold = ({ steps, auditLog, executions }: Told, changes: Pick<Changes, "changed">): Told => {
  const told = async <Value>(execution_id: string, written: Promise<Value>): Promise<Value> => {
    const value = await written;
    changes.changed(execution_id);
    return value;
  };
  return {
    steps: {
      ...steps,
      append: (transited) => told(transited.record.execution_id, steps.append(transited)),
    },
    auditLog: {
      ...auditLog,
      append: (id, ...rest) => told(id, auditLog.append(id, ...rest)),
      appendOnce: (id, ...rest) => told(id, auditLog.appendOnce(id, ...rest)),
      begin: (id, ...rest) => told(id, auditLog.begin(id, ...rest)),
    },
    executions: {
      ...executions,
      update: (record) => told(record.execution_id, executions.update(record)),
    },
  };
};
