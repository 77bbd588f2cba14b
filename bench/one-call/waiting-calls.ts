import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { startServer } from "../../local/server.ts";
import { mintToken } from "../../local/tokens.ts";
import { type Figure, figureOf, mebibytes, medianOf, timed } from "../figure.ts";

/** As many as one agent may have waiting. */
const CALLS = 1_000;
/** Of the 25 seconds for which each is held: all are on their way after five. */
const UNTIL_HELD_MS = 5_000;
const READS = 20;

/**
 * A server of one machine, its records on disk, with 1,000 calls of one agent that wait for a person: first without
 * anybody who waits for an answer, then with all of them held over a connection each. The agent is another process.
 */
export const benchWaitingCalls = async (): Promise<Figure[]> => {
  const data_dir = await mkdtemp(join(tmpdir(), "buddy-bench-"));
  const server = await startServer({ data_dir, port: 0, registry_open: true, live_enabled: true });
  const tokenOf = (agent: string) =>
    mintToken(data_dir, { name: agent, scopes: ["agent", `agent:${agent}`], now: new Date(), seconds: 3_600 });
  const other = await tokenOf("agent_2");
  const read = readsOf(server.url, other);
  for (let place = 0; place < READS; place += 1) await read();
  const before = heldNow();
  const agent = fork(join(import.meta.dirname, "asking.ts"), [server.url, await tokenOf("agent_1"), String(CALLS)]);
  try {
    await once(agent, "message");
    await untilAsked(server.stack.deps.approvals);
    const asked = heldNow();
    const alone = await medianOfReads(read);
    agent.send("wait");
    const answered = once(agent, "message");
    await setTimeout(UNTIL_HELD_MS);
    const held = heldNow();
    const beside = await medianOfReads(read);
    await answered;
    return [
      figureOf("heap of a call that waits for a person", (asked.heap - before.heap) / CALLS / 1_024, "KiB"),
      figureOf("local server with 1,000 calls that wait, resident", mebibytes(asked.rss), "MiB"),
      figureOf("heap of a connection that is held for one", (held.heap - asked.heap) / CALLS / 1_024, "KiB"),
      figureOf("local server with 1,000 of them held over connections, resident", mebibytes(held.rss), "MiB"),
      figureOf("a read of another agent, while they wait", alone, "ms"),
      figureOf("a read of another agent, while they are held", beside, "ms"),
    ];
  } finally {
    agent.disconnect();
    await server.stop();
    await rm(data_dir, { recursive: true, force: true, maxRetries: 10 });
  }
};

const heldNow = (): { readonly heap: number; readonly rss: number } => {
  globalThis.gc?.();
  const { heapUsed: heap, rss } = process.memoryUsage();
  return { heap, rss };
};

type Approvals = Awaited<ReturnType<typeof startServer>>["stack"]["deps"]["approvals"];

/** Until people are asked about each: a call is answered before that where nobody waits for it. */
const untilAsked = async (approvals: Approvals): Promise<void> => {
  for (;;) {
    const { items } = await approvals.list({ status: "open", limit: CALLS, next: null });
    if (items.length === CALLS) return;
    await setTimeout(100);
  }
};

const readsOf = (url: string, token: string) => {
  let times = 0;
  return async (): Promise<void> => {
    times += 1;
    const call = { agent_id: "agent_2", tool_name: "memory_search", arguments: { query: `ann ${times}` } };
    const response = await fetch(`${url}/calls`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ ...call, confidence: 0.95 }),
    });
    if (response.status !== 200) throw new Error(`a read was answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
  };
};

const medianOfReads = async (read: () => Promise<void>): Promise<number> => {
  const times: number[] = [];
  for (let place = 0; place < READS; place += 1) times.push(await timed(read));
  return medianOf(times);
};
