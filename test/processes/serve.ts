import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { jsonLines } from "../../functions/adapters/log/json-lines.ts";
import { planFailure } from "../../functions/tools/failure-plan.ts";
import { COLLECTIONS } from "../../functions/tools/world/world.ts";
import { startServer } from "../../local/server.ts";
import { defineContract } from "../../shared/contracts/define-contract.ts";
import { serviceContracts } from "./service.ts";
import { contractsWithoutQuotas, failuresOf } from "./workload.ts";

/**
 * The real server as a process of its own: `node serve.ts <data folder> <executions> <host> <certificate> [first]`. Host and
 * certificate are the counterpart's, on which half of the calls act. Tells in lines of JSON
 * when it begins, and where it listens. A second port shows the sandbox world, as a person would see it who looks into
 * the outbox before saying whether a mail was sent.
 */
const [data_dir = "", executions = "0", host = "", certificate = "", first] = process.argv.slice(2);

const tell = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

tell({ starting: process.pid });
const log = jsonLines({ least: "error", write: (line) => process.stderr.write(line), details: true });
const reach = { allowed_hosts: [host], authorities: [await readFile(certificate, "utf8")] };
const { url, stack } = await startServer({ data_dir, port: 0, live_enabled: true, registry_open: true, log, ...reach });
if (first === "first") {
  for (const source of contractsWithoutQuotas()) {
    const defined = defineContract(source, 2);
    if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
    await stack.deps.contracts.put(defined.value);
  }
  for (const contract of serviceContracts(host)) await stack.deps.contracts.put(contract);
  for (const failure of failuresOf(Number(executions))) await planFailure(stack.world, failure);
}

const seen = async () => ({
  subjects: (await stack.world.list(COLLECTIONS.outbox)).map(({ value }) => value.subject),
  contacts: (await stack.world.list(COLLECTIONS.ghlContacts)).map(({ value }) => value),
});
const world = createServer((_request, response) => {
  seen().then(
    (what) => response.end(JSON.stringify(what)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
world.listen(0, "127.0.0.1", () => {
  const address = world.address();
  if (address === null || typeof address === "string") throw new Error("the world has no port");
  tell({ url, world: `http://127.0.0.1:${address.port}/` });
});
