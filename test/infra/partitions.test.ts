import { describe, expect, it } from "vitest";
import { INDEXES, LIVE_ONLY, PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { WORLD_LEADING } from "../../functions/tools/world/table-world.ts";
import { indexes, type Permission, partitions, permissions } from "../../infra/permissions.ts";

describe("the prefixes that permissions speak of", () => {
  it("prefixes that permissions speak of are those that the table adapter writes", () => {
    expect(partitions).toEqual(PARTITIONS);
    expect(partitions.world).toBe(WORLD_LEADING);
  });

  it("prefixes that permissions speak of are those under which the index is asked", () => {
    expect(indexes).toEqual(INDEXES);
  });

  it("prefixes let a function that never goes LIVE hand out previews to workers, and no call", () => {
    const line: Permission = permissions.DryRun;
    expect([line.rows.work, line.rows.work_read]).toEqual([undefined, "rpud"]);
    expect(partitions.work_read.startsWith(partitions.work)).toBe(false);
  });

  it("prefixes give nothing that is for LIVE only to a function that never goes there", () => {
    for (const name of ["Mock", "DryRun"] as const) {
      const line: Permission = permissions[name];
      expect(
        LIVE_ONLY.filter((family) => line.rows[family] !== undefined),
        name,
      ).toEqual([]);
      expect(line.index ?? [], name).toEqual([]);
    }
  });
});
