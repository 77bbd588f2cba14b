import type { Table } from "../adapters/table/table.ts";
import { worldTable } from "../adapters/table/world.ts";
import type { Deps } from "../deps.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../tools/toolbox.ts";
import { tableWorld, tableWorldReader } from "../tools/world/table-world.ts";

type Toolbox = Pick<Deps, "toolbox">;

/** Tools that can only simulate. */
export const mockTools = (): Toolbox => ({ toolbox: mockToolbox() });

/** Tools that can read their targets. */
export const previewTools = (table: Table): Toolbox => ({
  toolbox: dryRunToolbox(tableWorldReader(worldTable(table))),
});

/** Tools that can act. */
export const liveTools = (table: Table): Toolbox => ({
  toolbox: liveToolbox(tableWorld(worldTable(table))),
});
