import { parseArgs } from "node:util";
import { faultsOf, runWithKills } from "./kill-run.ts";

const { values } = parseArgs({
  options: {
    executions: { type: "string", default: "200" },
    kills: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
  },
});

const asked = { executions: Number(values.executions), kills: Number(values.kills), seed: Number(values.seed) };
const figures = await runWithKills(asked);
console.log(JSON.stringify({ asked, ...figures }, null, 2));
const faults = faultsOf(figures, asked);
for (const fault of faults) console.error(`wrong: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
