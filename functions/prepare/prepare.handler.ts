import { worldTable } from "../adapters/table/world.ts";
import { readEnvironment } from "../aws/environment.ts";
import { deployed } from "../aws/log.ts";
import { awsRecords, awsTable } from "../aws/records.ts";
import { tableWorld } from "../tools/world/table-world.ts";
import { customResource } from "./custom-resource.ts";
import { prepare } from "./prepare.ts";

const env = readEnvironment();
const table = awsTable(env);
const { contracts } = awsRecords(env, table);

export const handler = deployed(
  env,
  {
    prepare: prepare({ contracts }, tableWorld(worldTable(table))),
    fetch: globalThis.fetch,
  },
  customResource,
);
