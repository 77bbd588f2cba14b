import { runBuddy } from "./program.ts";
import { terminalContext } from "./terminal/context.ts";
import { outputOn } from "./terminal/output.ts";

const output = outputOn(process.stdout, process.stderr);
const code = await runBuddy(terminalContext(output), process.argv.slice(2));
// A call that a server has begun and left (a call of half a minute) does not keep its process: the next start finds its
// record.
for (const stream of [process.stdout, process.stderr]) await new Promise((written) => stream.write("", written));
process.exit(output.exitCode(code));
