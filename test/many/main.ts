/**
 * `npm run many -- --executions N [--steps K] [--at-once 8] [--waiting W] [--restart-after M] [--most-restart-seconds S]
 * [--most-mib B]`: many executions at once on one machine, over a real server process. Fails when one of them is lost, or is
 * concluded, published or measured other than once, when a restart is slow or does not say what it took up, or when the
 * server ever held more memory than it may.
 */
import { parseArgs } from "node:util";
import { faultsOf, runMany } from "./run.ts";

const { values } = parseArgs({
  options: {
    executions: { type: "string", default: "300" },
    steps: { type: "string", default: "1" },
    "at-once": { type: "string", default: "8" },
    waiting: { type: "string", default: "0" },
    "restart-after": { type: "string" },
    "most-restart-seconds": { type: "string", default: "60" },
    "most-mib": { type: "string", default: "640" },
    "limit-seconds": { type: "string", default: "1800" },
  },
});

const whole = (name: keyof typeof values, least: number): number => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < least) throw new Error(`--${name} takes a whole number from ${least} on`);
  return value;
};

const asked = {
  executions: whole("executions", 1),
  steps: whole("steps", 1),
  at_once: whole("at-once", 1),
  waiting: whole("waiting", 0),
  restart_after: values["restart-after"] === undefined ? null : whole("restart-after", 0),
  most_restart_seconds: whole("most-restart-seconds", 1),
  most_mib: whole("most-mib", 1),
  limit_seconds: whole("limit-seconds", 1),
};
const figures = await runMany(asked, (line) => console.log(line));
console.log(JSON.stringify({ asked, ...figures }, null, 2));
const faults = faultsOf(figures, asked);
for (const fault of faults) console.error(`wrong: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
