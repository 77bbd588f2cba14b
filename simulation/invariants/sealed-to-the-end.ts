import { tablePorts } from "../../functions/adapters/table/index.ts";
import { MANIFEST_NAME, manifest, numberedManifest } from "../../shared/artifacts/manifest.ts";
import { digestOfBytes } from "../../shared/plan/digest.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "sealed-to-the-end";
const check = checker(name);

export const sealedToTheEnd: Invariant = {
  name,
  promise:
    "The last manifest of an execution that has ended seals every event of it and every artifact as it is, and is the one its record counts.",
  watch: ({ table, artifacts, executions }) => ({
    atRest: async () => {
      const ports = tablePorts(table);
      for (const execution_id of executions) {
        const record = await ports.executions.get(execution_id);
        const text = await artifacts.read(execution_id, MANIFEST_NAME);
        check(text !== undefined, () => `${execution_id} is ${record?.status} without a manifest`);
        const last = manifest.parse(JSON.parse(text ?? "null"));
        check(
          last.number === record?.manifests,
          () => `${execution_id} counts ${record?.manifests} manifests, the last is ${last.number}`,
        );
        const numbered = await artifacts.read(execution_id, numberedManifest(last.number));
        check(numbered === text, () => `${numberedManifest(last.number)} of ${execution_id} is not its last manifest`);
        const ends = new Map<string, number>();
        for await (const { chain, seq } of ports.auditLog.events(execution_id)) ends.set(chain, seq);
        const sealed = new Map(last.chain_heads.map(({ chain, seq }) => [chain, seq]));
        for (const [chain, seq] of ends) {
          check(sealed.get(chain) === seq, () => `${chain} of ${execution_id} goes on to #${seq} behind its seal`);
        }
        for (const { name: file, sha256 } of last.artifacts) {
          const content = (await artifacts.read(execution_id, file)) ?? "";
          check(digestOfBytes(content) === sha256, () => `${file} of ${execution_id} is not what its manifest seals`);
        }
      }
    },
  }),
};
