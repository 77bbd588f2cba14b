import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { guardedClient } from "../../../../functions/adapters/http/guarded-client.ts";
import { memorySecrets } from "../../../../functions/adapters/memory/secrets.ts";
import { wayOut } from "../../../../functions/tools/http/way-out.ts";
import { liveToolbox } from "../../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../../functions/tools/world/memory-world.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import { listeningPort } from "../../../counterparts/listening-port.ts";
import { liveCall, toolCall } from "../../../ports/tool-adapter.ts";
import { defined } from "./crm-tools.ts";

let server: Server;
let host: string;
/** As `DELETE /call only_if=draft`: every request that the service could read, in order. */
let came: string[];

beforeEach(async () => {
  came = [];
  server = createServer(async (request, response) => {
    came.push(`${request.method} ${request.url} ${await text(request)}`);
    response.setHeader("content-type", "application/json");
    response.end('{"state":"draft","happened":true}');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  host = `localhost:${listeningPort(server)}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

type As = "body" | "form";

/** A tool of which each request has a load, those that act by that method. */
const toolOf = (method: string, as: As) => {
  const loaded = (verb: string, path: string, load: JsonObject): JsonObject => ({
    method: verb,
    url: `http://${host}/${path}`,
    [as]: load,
  });
  const given = { only_if: { $arg: "/only_if" } };
  const happened_when = { path: "/happened", equals: true };
  const still = { path: "/state", equals: { $arg: "/only_if" } };
  return defined({
    tool_name: "remove_thing",
    risk_level: "MEDIUM",
    reversible: true,
    timeout_seconds: 60,
    requires_approval: true,
    approvals_required: 1,
    compensation: "adapter",
    outcome_resolution: "QUERYABLE",
    input_schema: { type: "object", properties: { only_if: { type: "string" } }, required: ["only_if"] },
    binding: {
      kind: "http",
      hosts: [host],
      call: loaded(method, "call", given),
      look_up: { request: loaded("POST", "look-up", { key: { $key: true } }), happened_when },
      undo: {
        ...loaded(method, "undo", given),
        only_when: { request: loaded("POST", "only-when", given), still },
      },
    },
  });
};

const live = (contract: ReturnType<typeof toolOf>) => {
  const client = guardedClient({ allowed_hosts: [host], networks: [], loopback: true, keep_ms: 60_000 });
  const http = wayOut(client, memorySecrets("read", {}), memorySecrets("write", {}), Date.now);
  return liveToolbox(memoryWorld(), { ways: { http } }).adapterFor(contract);
};

it.each(
  ["POST", "PUT", "PATCH", "DELETE"].flatMap((method) => [
    { method, as: "body" as const, given: '{"only_if":"draft"}', key: '{"key":"k"}' },
    { method, as: "form" as const, given: "only_if=draft", key: "key=k" },
  ]),
)(
  "a service gets the $as of a $method with the call, when it is looked up and when it is undone",
  async ({ method, as, given, key }) => {
    const call = toolCall(toolOf(method, as), { only_if: "draft" });
    const adapter = live(call.contract);
    expect(await adapter.call(liveCall(call, "k"))).toMatchObject({ kind: "committed" });
    expect(came.splice(0)).toEqual([`${method} /call ${given}`]);
    expect(await adapter.lookUp(liveCall(call, "k"), "forward")).toMatchObject({ kind: "happened" });
    expect(came.splice(0)).toEqual([`POST /look-up ${key}`]);
    const undo = (await adapter.prepareUndo(call)) ?? {};
    expect(await adapter.compensate(liveCall(call, "u"), undo)).toMatchObject({ kind: "committed" });
    expect(came).toEqual([`POST /only-when ${given}`, `${method} /undo ${given}`]);
  },
);
