import type { Table } from "../../functions/adapters/table/table.ts";
import { namesOf } from "../../infra/names-of.ts";
import { indexes, type Permission, partitions } from "../../infra/permissions.ts";

/** The answer that IAM would give. */
export class AccessDenied extends Error {
  constructor(action: string, key: string) {
    super(`not allowed to ${action} ${key}`);
    this.name = "AccessDenied";
  }
}

/**
 * A table that lets through what a line of the permission table lets through, as a deployment would: a use case that
 * runs on it runs with the role of its function.
 */
export const fencedTable = (table: Table, permission: Permission): Table => {
  const check = (letter: "r" | "p" | "u" | "d", key: string): void => {
    const allowed = namesOf(partitions).some(
      (family) => key.startsWith(partitions[family]) && permission.rows[family]?.includes(letter),
    );
    if (!allowed) throw new AccessDenied({ r: "read", p: "put", u: "update", d: "delete" }[letter], key);
  };
  return {
    get: async (key) => {
      check("r", key.pk);
      return table.get(key);
    },
    getMany: async (keys) => {
      for (const { pk } of keys) check("r", pk);
      return table.getMany(keys);
    },
    put: async (item, condition) => {
      check("p", item.pk);
      return table.put(item, condition);
    },
    update: async (key, change, condition) => {
      check("u", key.pk);
      return table.update(key, change, condition);
    },
    delete: async (key, condition) => {
      check("d", key.pk);
      return table.delete(key, condition);
    },
    query: async (pk, query) => {
      check("r", pk);
      return table.query(pk, query);
    },
    queryIndex: async (gsi1pk, query) => {
      const allowed = permission.index?.some((entry) => gsi1pk.startsWith(indexes[entry])) ?? false;
      if (!allowed) throw new AccessDenied("query the index", gsi1pk);
      return table.queryIndex(gsi1pk, query);
    },
  };
};
