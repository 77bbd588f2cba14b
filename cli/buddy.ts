import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Node keeps what it compiled, types erased, and the next run starts in half the time. In a folder of this user's own:
 * the one that Node would take is any user's to write. Where there can be none, it compiles each time.
 */
const compiled = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "buddy", "compiled");
enableCompileCache(process.env.NODE_COMPILE_CACHE ?? compiled);

// Not imported above: what an import names is compiled before the first line runs.
const [{ runBuddy }, { terminalContext }] = await Promise.all([
  import("./program.ts"),
  import("./terminal/context.ts"),
]);

process.exitCode = await runBuddy(terminalContext(), process.argv.slice(2));
// A call that a server has begun and left (a call of half a minute) does not keep its process: the next start finds its
// record.
for (const stream of [process.stdout, process.stderr]) await new Promise((written) => stream.write("", written));
process.exit();
