/**
 * One execution of 10,000 reads on the stack of one machine, database on disk, from its submission to its artifacts:
 * `node bench/long-execution.ts [steps]`. It goes on in fresh workflow runs and has to end once, with every step's chain
 * whole. Takes minutes: what it measured is in docs/scaling.md.
 */
import type { Stack } from "../local/stack.ts";
import type { Log } from "../shared/ports/log.ts";
import { peakMebibytes, timed } from "./figure.ts";
import { withStack } from "./stack/on-disk.ts";
import { mustHaveEnded, submit } from "./stack/submit.ts";

const steps = Number(process.argv[2] ?? 10_000);
const LOOK_MS = 1_000;
const PATH = ["mock_succeeded", "previewed", "live_allowed", "live_succeeded"].join(" ");

let completed = 0;
let broken: string | undefined;

const untilPublished = async ({ deps }: Stack, execution_id: string): Promise<void> => {
  for (let told = 0; ; ) {
    const execution = await deps.executions.get(execution_id);
    if ((execution?.manifests ?? 0) > 0) return;
    if (broken !== undefined) throw new Error(broken);
    if (execution !== undefined && execution.history > told) {
      told = execution.history;
      console.log(`${new Date().toISOString()} workflow run ${told}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
};

const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what);
  console.log(`ok  ${what}`);
};

/** Every step went up the ladder once, and the execution was concluded once. */
const checkRecords = async ({ deps }: Stack, execution_id: string): Promise<void> => {
  await mustHaveEnded(deps, execution_id);
  const paths = new Map<string, string[]>();
  let concluded = 0;
  for await (const { chain, type } of deps.auditLog.events(execution_id)) {
    if (chain === "execution" && type === "concluded") concluded += 1;
    if (!chain.startsWith("step:")) continue;
    const path = paths.get(chain) ?? [];
    path.push(type);
    paths.set(chain, path);
  }
  const whole = [...paths.values()].filter((path) => path.join(" ") === PATH).length;
  must(paths.size === steps && whole === steps, `${whole} of ${steps} steps went up the ladder once, rung by rung`);
  const records = await deps.steps.all(execution_id);
  const live = records.filter(({ state, phase, ending }) => `${state} ${phase} ${ending}` === "LIVE finished live");
  must(live.length === steps, `${live.length} of ${steps} steps are LIVE, finished`);
  must(concluded === 1, `concluded ${concluded} time`);
};

const log: Log = {
  with: () => log,
  info: (message, fields) => {
    if (message === "event" && fields?.type === "OrchestrationCompleted") completed += 1;
  },
  warn: () => {},
  error: (message, fields) => {
    broken = `${message} ${JSON.stringify(fields)}`;
  },
};

await withStack(async (stack) => {
  const began = peakMebibytes();
  let execution_id = "";
  const milliseconds = await timed(async () => {
    execution_id = await submit(stack.deps, { tool: "bench_read", steps, name: "long" });
    await untilPublished(stack, execution_id);
  });
  await stack.workflow.idle();
  const runs = (await stack.deps.executions.get(execution_id))?.history ?? 0;
  await checkRecords(stack, execution_id);
  must(completed === 1, `OrchestrationCompleted told ${completed} time`);
  const passes = stack.workflow.transitions.get("Next wave") ?? 0;
  console.log(`${steps} steps in ${(milliseconds / 1_000).toFixed(0)} s, ${runs} workflow runs, ${passes} passes`);
  console.log(`peak memory ${peakMebibytes().toFixed(0)} MiB, ${began.toFixed(0)} MiB before it began`);
}, log);
process.exit(0);
