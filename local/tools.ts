import { guardedClient } from "../functions/adapters/http/guarded-client.ts";
import { mcpWhenNeeded } from "../functions/adapters/mcp/when-needed.ts";
import type { Table } from "../functions/adapters/table/table.ts";
import { worldTable } from "../functions/adapters/table/world.ts";
import type { Deps } from "../functions/deps.ts";
import { knowledgeSearch } from "../functions/tools/builtin/knowledge/search.ts";
import { readingWayOut } from "../functions/tools/http/way-out.ts";
import { passedOn } from "../functions/tools/mcp/passed-on.ts";
import { toolLists } from "../functions/tools/mcp/tool-lists.ts";
import type { Timer } from "../functions/tools/timer.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../functions/tools/toolbox.ts";
import { readingWorkers, workers } from "../functions/tools/worker/workers.ts";
import { tableWorldReader } from "../functions/tools/world/table-world.ts";
import type { World } from "../functions/tools/world/world.ts";
import type { Toolbox } from "../shared/ports/tools.ts";
import type { Bell } from "../shared/ports/work.ts";
import { localPages } from "./browser.ts";
import { onThisMachine, type Reach } from "./reach.ts";
import { fileSecrets } from "./secrets-file.ts";

type Given = {
  readonly table: Table;
  readonly ports: Pick<Deps, "servers" | "definitions" | "knowledge" | "work">;
  /** The sandbox that LIVE acts on. */
  readonly world: World;
  /** Where secrets of tools are kept. */
  readonly data_dir: string;
  readonly reach: Reach;
  readonly timer: Timer;
  readonly bell: Bell;
  readonly now: () => number;
};

/** The tools of each rung, and what they reach the world with. */
export type LocalTools = Pick<Deps, "toolLists" | "passedOn"> & {
  readonly mocking: Toolbox;
  readonly previewing: Toolbox;
  readonly acting: Toolbox;
  /** Ends the programs and the browser that they started. */
  stop(): Promise<void>;
};

/** From the reading of a preview to that of its call, and on to the next call: services keep theirs for five seconds and more. */
const KEPT_MS = 2_000;

/** MOCK reaches nothing, DRY_RUN what only reads, LIVE everything that a contract and a setting both name. */
export const localTools = ({ table, ports, world, data_dir, reach, timer, bell, now }: Given): LocalTools => {
  const here = onThisMachine(reach);
  const reading = readingWayOut(guardedClient({ ...here, keep_ms: KEPT_MS }), fileSecrets(data_dir, "read"), now);
  const acting = { ...reading, write: fileSecrets(data_dir, "write") };
  const mcp = mcpWhenNeeded(async () => {
    const [{ mcpClient }, { stdioTransports }] = await Promise.all([
      import("../functions/adapters/mcp/mcp-client.ts"),
      import("../functions/adapters/mcp/stdio-transport.ts"),
    ]);
    return mcpClient({ reach: here, stdio: stdioTransports(reach.allowed_commands), now });
  });
  const pages = localPages(here, now);
  const readingMcp = { servers: ports.servers, definitions: ports.definitions, client: mcp, out: reading, now };
  const search = knowledgeSearch(ports.knowledge);
  return {
    mocking: mockToolbox({ timer }),
    previewing: dryRunToolbox(tableWorldReader(worldTable(table)), {
      timer,
      ways: {
        http: reading,
        mcp: readingMcp,
        worker: readingWorkers(ports.work, bell, now),
        builtin: { out: reading, search },
        browser: { ...reading, pages },
      },
    }),
    acting: liveToolbox(world, {
      timer,
      ways: {
        http: acting,
        mcp: { ...readingMcp, out: acting },
        worker: workers(ports.work, bell, now),
        builtin: { out: acting, search },
        browser: { ...acting, pages },
      },
    }),
    toolLists: toolLists(readingMcp),
    passedOn: passedOn(readingMcp),
    stop: async () => {
      await Promise.all([mcp.stop(), pages.stop()]);
    },
  };
};
