import { createServer } from "node:http";
import { join } from "node:path";
import { jsonLines } from "../../functions/adapters/log/json-lines.ts";
import { startServer } from "../../local/server.ts";
import { observedTable } from "./observed-table.ts";
import { manyContracts } from "./plans.ts";

/**
 * The real server as a process of its own: `node serve.ts <data folder>`. Tells in a line of JSON where it listens, and
 * where it says what it has counted so far. Errors go to stderr, as `buddy start` writes them.
 */
const [data_dir = ""] = process.argv.slice(2);
const began = performance.now();
const observed = observedTable(join(data_dir, "ends.txt"));
const log = jsonLines({ least: "error", write: (line) => process.stderr.write(line), details: true });
const { url, stack } = await startServer({
  data_dir,
  port: 0,
  live_enabled: true,
  registry_open: true,
  log,
  tell: (line) => process.stderr.write(`${line}\n`),
  observe: observed.observe,
});
for (const contract of manyContracts) await stack.deps.contracts.put(contract);
const started_ms = performance.now() - began;

const counts = createServer((_request, response) => {
  const { maxRSS } = process.resourceUsage();
  response.end(JSON.stringify({ ...observed.counts(), peak_rss_mib: maxRSS / 1_024 }));
});
counts.listen(0, "127.0.0.1", () => {
  const address = counts.address();
  if (address === null || typeof address === "string") throw new Error("the counts have no port");
  process.stdout.write(
    `${JSON.stringify({ url, counts: `http://127.0.0.1:${address.port}/`, started_ms: Math.round(started_ms) })}\n`,
  );
});
