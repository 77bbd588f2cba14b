import { tablePorts } from "../../functions/adapters/table/index.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "concluded-once";
const check = checker(name);

export const concludedOnce: Invariant = {
  name,
  promise:
    "However many executions run at once, each workflow run of one is concluded at most once, its last one exactly once, each end that was sealed is published, none that was not concluded, and none in two ways.",
  watch: ({ table, executions }) => {
    /** By the id of an announcement: what it said. */
    const announced = new Map<string, string>();
    return {
      published: (events) => {
        for (const { type, detail } of events) {
          if (type !== "OrchestrationCompleted") continue;
          const [id, status] = [String(detail.id), String(detail.status)];
          const said = announced.get(id) ?? status;
          check(said === status, () => `${id} was announced as ${said} and as ${status}`);
          announced.set(id, said);
        }
      },
      atRest: async () => {
        const ports = tablePorts(table);
        for (const execution_id of executions) {
          const record = await ports.executions.get(execution_id);
          const serial = await ports.auditLog.chain(execution_id, "execution");
          const concluded = serial.filter(({ type }) => type === "concluded").map(({ body }) => Number(body.history));
          check(
            new Set(concluded).size === concluded.length,
            () => `${execution_id} concluded ${concluded.join(", ")}`,
          );
          const last = concluded.at(-1);
          check(
            last === record?.history,
            () => `${execution_id} is in history ${record?.history}, concluded was ${last}`,
          );
          const manifests = record?.manifests ?? 0;
          check(
            manifests <= concluded.length,
            () => `${execution_id} ended ${concluded.length} times, was published ${manifests}`,
          );
          const said = announced.get(`${execution_id}/${manifests}`) ?? (manifests === 0 ? record?.status : "nothing");
          check(said === record?.status, () => `${execution_id} is ${record?.status}, announced as ${said}`);
        }
      },
    };
  },
};
