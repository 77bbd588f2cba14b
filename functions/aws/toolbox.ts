import { definitions } from "../adapters/table/definitions.ts";
import { knowledge } from "../adapters/table/knowledge.ts";
import { mcpServers } from "../adapters/table/mcp-servers.ts";
import type { Table } from "../adapters/table/table.ts";
import { work } from "../adapters/table/work.ts";
import { worldTable } from "../adapters/table/world.ts";
import { noTracing } from "../adapters/tracing/none.ts";
import type { Deps } from "../deps.ts";
import { silentBell } from "../tools/bell.ts";
import { knowledgeSearch } from "../tools/builtin/knowledge/search.ts";
import { passedOn } from "../tools/mcp/passed-on.ts";
import { toolLists } from "../tools/mcp/tool-lists.ts";
import { realTimer } from "../tools/timer.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../tools/toolbox.ts";
import { readingWorkers, workers } from "../tools/worker/workers.ts";
import { tableWorld, tableWorldReader } from "../tools/world/table-world.ts";
import type { Environment } from "./environment.ts";
import { actingFunctions, readingFunctions } from "./functions-of-the-team.ts";
import { awsTracing } from "./tracing.ts";
import { actingWays, readingWays } from "./way-out.ts";

/** The servers that contracts name, and what their tools are compared with. */
const registered = (table: Table) => ({ servers: mcpServers(table), definitions: definitions(table) });

/** Trace context goes along with calls; those that reach something are spans, where somebody collects these. */
type Toolbox = Pick<Deps, "toolbox" | "tracing">;

/** Tools that can only simulate. */
export const mockTools = (): Toolbox => ({ toolbox: mockToolbox(), tracing: noTracing });

/** Tools that can read their targets. */
export const previewToolbox = (env: Environment, table: Table): Deps["toolbox"] => {
  const services = readingWays(env, registered(table));
  return dryRunToolbox(tableWorldReader(worldTable(table)), {
    ways: {
      ...services,
      lambda: readingFunctions(),
      worker: readingWorkers(work(table), silentBell(realTimer), Date.now),
      builtin: { out: services.http, search: knowledgeSearch(knowledge(table)) },
    },
  });
};

/** The same in a function of its own, which has nothing else that calls. */
export const previewTools = (env: Environment, table: Table): Toolbox => ({
  tracing: awsTracing(env),
  toolbox: previewToolbox(env, table),
});

/** Tools that can act. */
export const liveTools = (env: Environment, table: Table): Toolbox => {
  const services = actingWays(env, registered(table));
  return {
    tracing: awsTracing(env),
    toolbox: liveToolbox(tableWorld(worldTable(table)), {
      ways: {
        ...services,
        lambda: actingFunctions(),
        worker: workers(work(table), silentBell(realTimer), Date.now),
        builtin: { out: services.http, search: knowledgeSearch(knowledge(table)) },
      },
    }),
  };
};

/** The tools that MCP servers offer now, for the person who registers their tools. */
export const awsToolLists = (env: Environment, table: Table): Pick<Deps, "toolLists"> => ({
  toolLists: toolLists(readingWays(env, registered(table)).mcp),
});

/** Prompts and resources of MCP servers, for agents that read them. */
export const awsPassedOn = (env: Environment, table: Table): Pick<Deps, "passedOn"> => ({
  passedOn: passedOn(readingWays(env, registered(table)).mcp),
});
