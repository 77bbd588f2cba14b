import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import pMap from "p-map";
import { apiOver } from "../../cli/client/api.ts";
import { evidenceFromServer } from "../../cli/verifying/evidence.ts";
import { mintToken } from "../../local/tokens.ts";
import { signingKeys } from "../../shared/verification/signing-keys.ts";
import { verifyExecution } from "../../shared/verification/verify-execution.ts";

/** How many executions are verified at once. */
const VERIFYING = 4;

/** The verdict of `buddy verify` on each execution that is not OK, with its first finding; empty when all are. */
export const verifyAll = async (folder: string, url: string, ids: readonly string[]): Promise<string[]> => {
  const token = await mintToken(folder, { name: "auditor", scopes: ["read"], now: new Date() });
  const api = apiOver({ endpoint: url, token: async () => token, fetch, wait: setTimeout });
  const keys = signingKeys(await readFile(join(folder, "keys", "signing-key.pub.pem"), "utf8"));
  const verdicts = await pMap(
    ids,
    async (execution_id, n) => {
      const evidence = await evidenceFromServer(api, execution_id);
      const { verdict, checks } = verifyExecution({ execution_id, ...evidence, keys, pinned: true });
      const first = checks.flatMap(({ findings }) => findings).find(({ severity }) => severity !== "note");
      return verdict === "OK" ? [] : [`${n} verifies as ${verdict}: ${first?.where}: ${first?.message}`];
    },
    { concurrency: VERIFYING },
  );
  return verdicts.flat();
};
