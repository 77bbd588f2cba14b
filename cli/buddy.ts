import { runBuddy } from "./program.ts";
import { terminalContext } from "./terminal/context.ts";

process.exitCode = await runBuddy(terminalContext(), process.argv.slice(2));
