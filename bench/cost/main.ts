/** Counts what executions of every mode ask for and what that costs, and prints the tables of docs/scaling.md. */
import { costTables } from "./tables.ts";

console.log(await costTables());
