import { once } from "node:events";
import { work } from "../../examples/worker/worker.ts";

/** The example's worker, which begins when it is told to and dies of SIGKILL at the moment that its environment names. */
const { ENDPOINT = "", TOKEN = "", NOTES = "", TOOL = "", DIES_AT } = process.env;

await once(process.stdin, "data");
process.stdin.destroy();

await work({
  endpoint: ENDPOINT,
  token: TOKEN,
  notes: NOTES,
  tools: [TOOL],
  at: (moment) => {
    if (moment === DIES_AT) process.kill(process.pid, "SIGKILL");
  },
});
