import { guardedClient } from "../../../../functions/adapters/http/guarded-client.ts";
import { memorySecrets } from "../../../../functions/adapters/memory/secrets.ts";
import { noBuiltin } from "../../../../functions/tools/builtin/builtin-adapter.ts";
import { type WayOut, wayOut } from "../../../../functions/tools/http/way-out.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../../functions/tools/world/memory-world.ts";
import { defineContract } from "../../../../shared/contracts/define-contract.ts";
import { contractFrom, templateOf } from "../../../../shared/contracts/templates/index.ts";
import type { ToolContract } from "../../../../shared/contracts/tool-contract.ts";
import { type JsonObject, jsonObject } from "../../../../shared/plan/json.ts";
import { GHL_READ_SECRET, GHL_WRITE_SECRET, type GoHighLevel, LOCATION } from "../../../counterparts/gohighlevel.ts";
import { GRAPH_SECRET, type Graph } from "../../../counterparts/graph.ts";
import type { Lapse, VendorServer } from "../../../counterparts/vendor-server.ts";
import type { Meeting } from "../../../ports/tool-cases.ts";

/** Lapses of a vendor's service, by how the suite of adapters calls them. */
export const LAPSES: { readonly [How in Meeting]: Lapse } = {
  refused: "refused",
  too_busy: "too_many_requests",
  failed_after: "fail_after_acting",
  silent_after: "silent_after_acting",
  broken_before: "reset_before_acting",
};

export const SENDER = "agents@example.com";

/** A standard tool as its template has it, filled in, at a counterpart in place of the vendor. */
const templated = (tool: string, given: { [name: string]: string }, at: JsonObject): JsonObject => {
  const template = templateOf(tool);
  const filled = template.ok ? contractFrom(template.value, given) : template;
  if (!filled.ok) throw new Error(filled.refusal);
  return { ...filled.value, timeout_seconds: 20, binding: { ...jsonObject.parse(filled.value.binding), ...at } };
};

export const defined = (contract: JsonObject): ToolContract => {
  const made = defineContract(contract, 1);
  if (!made.ok) throw new Error(JSON.stringify(made.refusal));
  return made.value;
};

export const mailContract = ({ host }: Pick<Graph, "host">): JsonObject =>
  templated(
    "msgraph_send_email",
    { tenant_id: "tenant-1", client_id: "client-1", sender: SENDER },
    { graph_host: host, login_host: host },
  );

export const contactsContract = (tool: string, { host }: Pick<GoHighLevel, "host">): JsonObject =>
  templated(tool, { location_id: LOCATION }, { host });

export const vendorWayOut = ({ host, cert }: Pick<VendorServer, "host" | "cert">): WayOut =>
  wayOut(
    guardedClient({ allowed_hosts: [host], networks: [], loopback: true, authorities: [cert] }),
    memorySecrets("read", { gohighlevel: GHL_READ_SECRET }),
    memorySecrets("write", { gohighlevel: GHL_WRITE_SECRET, msgraph: GRAPH_SECRET }),
    Date.now,
  );

export const toolsOf = (contract: ToolContract, out: WayOut) => {
  const world = memoryWorld();
  const ways = { builtin: { ...noBuiltin, out } };
  return {
    mock: mockToolbox().adapterFor(contract),
    dryRun: dryRunToolbox(world, { ways }).adapterFor(contract),
    live: liveToolbox(world, { ways }).adapterFor(contract),
  };
};
