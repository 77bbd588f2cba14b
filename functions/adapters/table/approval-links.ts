import { z } from "zod";
import type { ApprovalLinks } from "../../../shared/ports/approvals.ts";
import { linkKey } from "./keys.ts";
import { bodyOf, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const approvalLink = z.strictObject({ approval_id: z.string(), expires_at: z.string() });

/** The table forgets nothing by itself, for the ledger's sake: a link that has expired stays, and leads nowhere. */
export const approvalLinks = (table: Table): ApprovalLinks => ({
  put: async (link, { approval_id, expires_at }) => {
    await table.put({ ...linkKey(link), ...bodyOf({ approval_id, expires_at }) });
  },
  get: async (link) => {
    const item = await table.get(linkKey(link));
    return item && readBody(approvalLink, item);
  },
});
