import { describe, expect, it } from "vitest";
import {
  approvalPartitions,
  callsLike,
  executionsOfStatus,
  LEADING,
  LIVE_ONLY,
} from "../../functions/adapters/table/keys.ts";
import { WORLD_LEADING } from "../../functions/tools/world/table-world.ts";
import { namesOf } from "../../infra/names-of.ts";
import { indexes, type Permission, partitions, permissions } from "../../infra/permissions.ts";

describe("the prefixes that permissions speak of", () => {
  it("are those that the table adapter writes", () => {
    expect(Object.values(partitions).toSorted()).toEqual([...Object.values(LEADING), WORLD_LEADING].toSorted());
  });

  it("are those under which the index is asked", () => {
    expect(executionsOfStatus("RUNNING").startsWith(indexes.executions)).toBe(true);
    for (const partition of approvalPartitions("open")) expect(partition.startsWith(indexes.approvals)).toBe(true);
    expect(callsLike("digest").startsWith(indexes.calls)).toBe(true);
  });

  it("give nothing that is for LIVE only to a function that never goes there", () => {
    const forbidden: readonly string[] = LIVE_ONLY;
    for (const name of ["Mock", "DryRun"] as const) {
      const line: Permission = permissions[name];
      expect(
        namesOf(line.rows).filter((family) => forbidden.includes(partitions[family])),
        name,
      ).toEqual([]);
      expect(line.index ?? [], name).toEqual([]);
    }
  });
});
