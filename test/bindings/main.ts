/**
 * Measures what a binding adds to a call: the same request made barely and through the adapter, one at a time and fifty
 * at once, against counterparts in this process, whose own work is in both. Prints one JSON document.
 */
import { createServer } from "node:http";
import { Agent, request } from "node:https";
import { performance } from "node:perf_hooks";
import { text } from "node:stream/consumers";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { lambdaFunctions } from "../../functions/adapters/lambda/functions.ts";
import { memoryTable } from "../../functions/adapters/memory/table.ts";
import { work as workOver } from "../../functions/adapters/table/work.ts";
import { questionOf } from "../../functions/tools/asked/asked.ts";
import { sharedBell } from "../../functions/tools/bell.ts";
import type { Ways } from "../../functions/tools/bindings.ts";
import { noBuiltin } from "../../functions/tools/builtin/builtin-adapter.ts";
import { realTimer } from "../../functions/tools/timer.ts";
import { liveToolbox } from "../../functions/tools/toolbox.ts";
import { workers } from "../../functions/tools/worker/workers.ts";
import { memoryWorld } from "../../functions/tools/world/memory-world.ts";
import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { cardFunctions } from "../counterparts/card-functions.ts";
import { cardIndex } from "../counterparts/card-index.ts";
import { startCrm, WRITE_SECRET } from "../counterparts/crm.ts";
import { GHL_WRITE_SECRET, startGoHighLevel } from "../counterparts/gohighlevel.ts";
import { inProcessWorker } from "../counterparts/in-process-worker.ts";
import { listeningPort } from "../counterparts/listening-port.ts";
import { startContacts } from "../counterparts/mcp-over-http.ts";
import { contactsContract, defined, vendorWayOut } from "../functions/tools/builtin/vendor-tools.ts";
import { crmWayOut, setFieldsByKey } from "../functions/tools/http/crm-tools.ts";
import { onLoopback, overHttp, setContactByKey, wayTo } from "../functions/tools/mcp/contact-tools.ts";
import { moveCardBlindly } from "../functions/tools/worker/card-tools.ts";
import { liveCall, toolCall } from "../ports/tool-adapter.ts";

const ALONE = 100;
const AT_ONCE = 50;
const ROUNDS = 4;

type Times = { readonly median: number; readonly p99: number };

const timesOf = (taken: readonly number[]): Times => {
  const sorted = [...taken].sort((one, other) => one - other);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { median: at(0.5), p99: at(0.99) };
};

let serial = 0;
const timed = async (run: (key: string) => Promise<unknown>): Promise<number> => {
  serial += 1;
  const begin = performance.now();
  await run(`key_${serial}`);
  return performance.now() - begin;
};

/** Milliseconds of a call: alone, and among fifty. Bare and bound in turn, so that neither has the warmer process. */
const measured = async (bare: (key: string) => Promise<unknown>, bound: (key: string) => Promise<unknown>) => {
  for (let n = 0; n < 20; n += 1) for (const run of [bare, bound]) await timed(run);
  const alone = { bare: [] as number[], bound: [] as number[] };
  for (let n = 0; n < ALONE; n += 1) {
    alone.bare.push(await timed(bare));
    alone.bound.push(await timed(bound));
  }
  const together = { bare: [] as number[], bound: [] as number[] };
  for (let n = 0; n < ROUNDS; n += 1) {
    for (const [name, run] of [
      ["bare", bare],
      ["bound", bound],
    ] as const) {
      together[name].push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => timed(run)))));
    }
  }
  return {
    alone: { bare: timesOf(alone.bare), bound: timesOf(alone.bound) },
    at_once: { bare: timesOf(together.bare), bound: timesOf(together.bound) },
  };
};

/** A LIVE call by its binding. @throws Error where it does not happen */
const bindingOf = (contract: ToolContract, ways: Partial<Ways>, args: JsonObject) => {
  const adapter = liveToolbox(memoryWorld(), { ways }).adapterFor(contract);
  return async (key: string): Promise<void> => {
    const outcome = await adapter.call(liveCall(toolCall(contract, args), key));
    if (outcome.kind !== "committed") throw new Error(`${contract.tool_name}: ${outcome.error}`);
  };
};

/** The same request by Node's own client, on a connection of its own unless the agent keeps one. */
const bareRequest =
  (agent: Agent, url: string, headers: { [name: string]: string }, body: JsonObject) => (key: string) =>
    new Promise<void>((resolve, reject) => {
      const sent = { "content-type": "application/json", "idempotency-key": key, ...headers };
      request(url, { agent, method: "PUT", headers: sent }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => (JSON.parse(text).contact ? resolve() : reject(new Error(text))));
      })
        .on("error", reject)
        .end(JSON.stringify(body));
    });

const overHttps = async () => {
  const crm = await startCrm({ c1: { stage: "new", note: null } });
  const agent = new Agent({ keepAlive: false, ca: crm.cert });
  const bare = bareRequest(
    agent,
    `${crm.origin}/contacts/c1`,
    { authorization: `Bearer ${WRITE_SECRET}` },
    { stage: "won" },
  );
  const contract = defined(setFieldsByKey(crm));
  const times = await measured(bare, bindingOf(contract, { http: crmWayOut(crm) }, { contact_id: "c1", stage: "won" }));
  const kept = new Agent({ keepAlive: true, ca: crm.cert });
  const headers = { authorization: `Bearer ${WRITE_SECRET}` };
  const onKept = bareRequest(kept, `${crm.origin}/contacts/c1`, headers, { stage: "won" });
  const taken: number[] = [];
  for (let n = 0; n < ALONE; n += 1) taken.push(await timed(onKept));
  kept.destroy();
  agent.destroy();
  await crm.stop();
  return { ...times, kept: timesOf(taken) };
};

const overBuiltin = async () => {
  const ghl = await startGoHighLevel();
  ghl.contacts.set("c1", { firstName: "Ann" });
  const agent = new Agent({ keepAlive: false, ca: ghl.cert });
  const headers = { authorization: `Bearer ${GHL_WRITE_SECRET}`, version: "2021-07-28" };
  const bare = bareRequest(agent, `https://${ghl.host}/contacts/c1`, headers, { firstName: "Anna" });
  const ways = { builtin: { ...noBuiltin, out: vendorWayOut(ghl) } };
  const contract = defined(contactsContract("ghl_update_contact", ghl));
  const bound = bindingOf(contract, ways, { contact_id: "c1", fields: { first_name: "Anna" } });
  const times = await measured(bare, bound);
  agent.destroy();
  await ghl.stop();
  return times;
};

const overMcp = async () => {
  const server = await startContacts();
  server.fresh();
  const client = new Client({ name: "bare", version: "1.0.0" });
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url)));
  const args = { contact_id: "c1", stage: "won" };
  const way = wayTo(overHttp(server.url), onLoopback(server.host));
  const bound = bindingOf(defined(setContactByKey()), { mcp: way }, args);
  const times = await measured(() => client.callTool({ name: "set_contact", arguments: args }), bound);
  await client.close();
  await way.stop();
  await server.stop();
  return times;
};

const overWorker = async () => {
  const index = cardIndex();
  const work = workOver(memoryTable());
  const bell = sharedBell(realTimer);
  const contract = defined(moveCardBlindly());
  const worker = inProcessWorker(work, bell, { tools: [contract.tool_name], now: Date.now, answer: index.answer });
  const args = { card: "c1", stage: "won" };
  const bare = async (idempotency_key: string) =>
    index.answer({ tool_name: contract.tool_name, rung: "call", arguments: args, idempotency_key });
  const times = await measured(bare, bindingOf(contract, { worker: workers(work, bell, Date.now) }, args));
  await worker.stop();
  return times;
};

/** Lambda's own protocol, as far as an invocation that answers goes: the SDK's client is in both. */
const overLambda = async () => {
  const { functions } = cardFunctions(cardIndex());
  const server = createServer(async (asked, answer) => {
    const payload = await text(asked);
    const said = await functions.invoke("cards", payload, { timeout_ms: 30_000 });
    answer.setHeader("content-type", "application/json");
    answer.end(said.kind === "answered" ? said.payload : "null");
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const client = new LambdaClient({
    endpoint: `http://127.0.0.1:${listeningPort(server)}`,
    region: "eu-central-1",
    credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
    maxAttempts: 1,
  });
  const args = { card: "c1", stage: "won" };
  const contract = defined({ ...moveCardBlindly(), binding: { kind: "lambda", function: "cards" } });
  const bare = async (key: string): Promise<void> => {
    const wanted = { rung: "call", side: "forward", key, undo: null } as const;
    const deadline = new Date(Date.now() + 30_000).toISOString();
    const asked = { ...questionOf(toolCall(contract, args), wanted), deadline };
    const { Payload } = await client.send(
      new InvokeCommand({ FunctionName: "cards", Payload: Buffer.from(JSON.stringify(asked)) }),
    );
    if (JSON.parse(Buffer.from(Payload ?? []).toString()).outcome !== "committed") throw new Error("it was refused");
  };
  const reached = lambdaFunctions(client);
  const lambda = { reads: reached, acts: reached, now: Date.now };
  const times = await measured(bare, bindingOf(contract, { lambda }, args));
  client.destroy();
  server.closeAllConnections();
  server.close();
  return times;
};

const IN_FLIGHT = 1_000;

/** Memory of this process while so many calls wait for their answer, with the counterpart's side of them. */
const inFlight = async (): Promise<number> => {
  const crm = await startCrm({ c1: { stage: "new" } }, { misbehaves: () => "silent_after_acting" });
  // None of them ends before it is told to.
  const contract = defined({ ...setFieldsByKey(crm), timeout_seconds: 900 });
  const adapter = liveToolbox(memoryWorld(), { ways: { http: crmWayOut(crm) } }).adapterFor(contract);
  const used = (): number => {
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = used();
  const stopped = new AbortController();
  const waiting = Array.from({ length: IN_FLIGHT }, (_, n) =>
    adapter.call(liveCall(toolCall(contract, { contact_id: "c1", stage: "won" }), `flight_${n}`, stopped.signal)),
  );
  while (crm.requests.length < IN_FLIGHT) await new Promise((resolve) => setTimeout(resolve, 20));
  const mebibytes = (used() - before) / 1_048_576;
  stopped.abort();
  await Promise.all(waiting);
  await crm.stop();
  return mebibytes;
};

const { kept, ...http } = await overHttps();
const figures = {
  http,
  kept,
  builtin: await overBuiltin(),
  mcp: await overMcp(),
  worker: await overWorker(),
  lambda: await overLambda(),
  in_flight_mib: await inFlight(),
};
console.log(`\n${JSON.stringify(figures, null, 2)}`);
process.exit(0);
