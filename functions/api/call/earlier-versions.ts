import pMap from "p-map";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import { unlessDamaged } from "../../../shared/ports/damaged.ts";
import type { Deps } from "../../deps.ts";

/** A call waits for days at most, in which a contract gets a few versions; a registry that writes more is not read whole. */
const VERSIONS_LOOKED_AT = 20;

/** Those before a version, the newest first. One that cannot be read keeps nobody from the others. */
export const earlierVersions = async (
  { contracts }: Pick<Deps, "contracts">,
  { tool_name, version }: Pick<ToolContract, "tool_name" | "version">,
): Promise<ToolContract[]> => {
  const before = Array.from({ length: Math.min(version - 1, VERSIONS_LOOKED_AT) }, (_, nth) => version - 1 - nth);
  const read = (each: number) =>
    unlessDamaged(
      () => contracts.get(tool_name, each),
      () => undefined,
    );
  const found = await pMap(before, read, { concurrency: 10 });
  return found.flatMap((contract) => contract ?? []);
};
