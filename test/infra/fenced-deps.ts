import { tablePorts } from "../../functions/adapters/table/index.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import { worldTable } from "../../functions/adapters/table/world.ts";
import type { Deps } from "../../functions/deps.ts";
import { dryRunToolbox, liveToolbox } from "../../functions/tools/toolbox.ts";
import { tableWorld, tableWorldReader } from "../../functions/tools/world/table-world.ts";
import type { HandlerName } from "../../infra/handlers.ts";
import { type Permission, permissions } from "../../infra/permissions.ts";
import { AccessDenied, fencedTable } from "./fenced-table.ts";

/** The dependencies of a deployed function: its role lets through what its line of the permission table has. */
export const fencedDeps = (name: HandlerName, deps: Deps, whole: Table): Deps => {
  const permission: Permission = permissions[name];
  const demand = (allowed: boolean | undefined, action: string): void => {
    if (allowed !== true) throw new AccessDenied(action, name);
  };
  const table = fencedTable(whole, permission);
  const ports = tablePorts(table);
  const tools = { timer: deps.timer };
  const { files = {}, workflow = [] } = permission;
  /** As the bucket's construct grants it: who reads files may list their names. */
  const demandListing = (): void => {
    const reads = Object.values(files).some((access) => access?.includes("r"));
    demand(reads, "list artifacts");
  };
  return {
    ...deps,
    ...ports,
    toolbox:
      name === "DryRun"
        ? dryRunToolbox(tableWorldReader(worldTable(table)), tools)
        : liveToolbox(tableWorld(worldTable(table)), tools),
    bodies: {
      put: async (...args) => {
        demand(files.bodies?.includes("p"), "put a body");
        return deps.bodies.put(...args);
      },
      get: async (...args) => {
        demand(files.bodies?.includes("r"), "get a body");
        return deps.bodies.get(...args);
      },
    },
    artifactFiles: {
      write: async (...args) => {
        demand(files.artifacts?.includes("p"), "put an artifact");
        return deps.artifactFiles.write(...args);
      },
      read: async (...args) => {
        demand(files.artifacts?.includes("r"), "get an artifact");
        return deps.artifactFiles.read(...args);
      },
      tags: async (...args) => {
        demandListing();
        return deps.artifactFiles.tags(...args);
      },
      list: async (...args) => {
        demandListing();
        return deps.artifactFiles.list(...args);
      },
    },
    workflow: {
      start: async (...args) => {
        demand(workflow.includes("start"), "start a run");
        return deps.workflow.start(...args);
      },
      wake: async (...args) => {
        demand(workflow.includes("wake"), "wake a run");
        return deps.workflow.wake(...args);
      },
    },
    waker: {
      wake: async (...args) => {
        demand(permission.wakes, "wake executions");
        return deps.waker.wake(...args);
      },
    },
    bus: {
      publish: async (events) => {
        // With nothing to publish, nothing is sent.
        demand(permission.announces ?? events.length === 0, "publish");
        return deps.bus.publish(events);
      },
    },
    webhookSecrets: {
      get: async (...args) => {
        demand(permission.webhooks !== undefined, "read secrets of webhooks");
        return deps.webhookSecrets.get(...args);
      },
      put: async (...args) => {
        demand(permission.webhooks === "keeps", "keep secrets of webhooks");
        return deps.webhookSecrets.put(...args);
      },
      replace: async (...args) => {
        demand(permission.webhooks === "keeps", "keep secrets of webhooks");
        return deps.webhookSecrets.replace(...args);
      },
      remove: async (...args) => {
        demand(permission.webhooks === "keeps", "remove secrets of webhooks");
        return deps.webhookSecrets.remove(...args);
      },
    },
    notices: {
      send: async (...args) => {
        demand(permission.webhooks === "tells", "send notices");
        return deps.notices.send(...args);
      },
    },
    signer: {
      sign: async () => {
        demand(permission.signs, "sign");
        return { algorithm: "none", key_id: "fenced", value: "c2ln" };
      },
    },
  };
};
