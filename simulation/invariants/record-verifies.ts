import { tablePorts } from "../../functions/adapters/table/index.ts";
import { readRenderedRecord } from "../../functions/api/read/execution-record.ts";
import { verifyExecution } from "../../shared/verification/verify-execution.ts";
import { checker, type Facts, type Invariant } from "./invariant.ts";

const name = "record-verifies";
const check = checker(name);

const LINES_AT_A_TIME = 1_000;

export const recordVerifies: Invariant = {
  name,
  promise:
    "At rest `buddy verify` finds every record whole and honest, whatever died while it was written. Nothing is signed in a simulation.",
  watch: (facts) => ({
    atRest: async () => {
      for (const execution_id of facts.executions) {
        const files = await filesOf(facts, execution_id);
        const record = await recordOf(facts, execution_id);
        const { checks } = verifyExecution({ execution_id, record, files, keys: [], pinned: false });
        const findings = checks.flatMap((report) => (report.check === "signature" ? [] : report.findings));
        const found = findings.find(({ severity }) => severity !== "note");
        check(
          found === undefined,
          () => `${execution_id}: ${found?.check} is ${found?.severity}: ${found?.where}: ${found?.message}`,
        );
      }
    },
  }),
};

const recordOf = async ({ table, bodies }: Facts, execution_id: string): Promise<string> => {
  const deps = { ...tablePorts(table), bodies };
  const lines: string[] = [];
  for (let next: string | null | undefined = null; next !== undefined; ) {
    const page = await readRenderedRecord(deps)(execution_id, { limit: LINES_AT_A_TIME, next });
    if (!page.ok) throw new Error(JSON.stringify(page.refusal));
    lines.push(...page.value.items.map(({ text }) => `${text}\n`));
    next = page.value.next ?? undefined;
  }
  return lines.join("");
};

const filesOf = async ({ artifacts }: Facts, execution_id: string) =>
  Promise.all(
    (await artifacts.list(execution_id)).map(async (file) => ({
      name: file,
      bytes: Buffer.from((await artifacts.read(execution_id, file)) ?? ""),
    })),
  );
