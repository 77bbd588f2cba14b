import type { DatabaseSync } from "node:sqlite";
import { openBody, sealedBody } from "../../functions/adapters/bodies.ts";
import type { Bodies } from "../../shared/ports/bodies.ts";
import type { Commits } from "./commits.ts";
import type { GiveWay } from "./give-way.ts";
import type { Owing } from "./pace.ts";

/**
 * Bodies in the file of the table. They are ahead of the records that name them in the same log, so that no power failure
 * leaves a record without its body. Work that waits for the disk only at its end does not wait for the log either:
 * where a body was taken back, the next write of that work is refused.
 */
export const databaseBodies = (
  db: DatabaseSync,
  commits: Commits,
  pace: Pick<Owing, "owed">,
  giveWay: GiveWay,
): Bodies => {
  const one = db.prepare("SELECT text FROM bodies WHERE key = ?");
  const put = db.prepare("INSERT INTO bodies (key, text) VALUES (?, ?) ON CONFLICT DO NOTHING");
  return {
    put: async (prefix, value) => {
      const { ref, text } = sealedBody(prefix, value);
      const owed = pace.owed();
      owed?.mustBeKept();
      const { inLog, unsettled } = commits.writeAhead(() => put.run(ref.key, text));
      if (owed === undefined) await inLog;
      else owed.add(unsettled);
      return ref;
    },
    get: async (ref) => {
      const text = commits.now(() => one.get(ref.key))?.text;
      await giveWay();
      return openBody(ref, typeof text === "string" ? text : undefined);
    },
  };
};
