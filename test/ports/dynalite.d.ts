/** The part of dynalite that is used here; the package comes without types. */
declare module "dynalite" {
  import type { Server } from "node:http";

  type DynaliteOptions = {
    /** Folder of the LevelDB store; in memory without it. */
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  };

  export default function dynalite(options?: DynaliteOptions): Server;
}
