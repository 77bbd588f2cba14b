import { z } from "zod";
import { requestOfLink } from "../../../shared/execution/approval/request-link.ts";
import type { ApprovalLink, ApprovalLinks, GivenLink } from "../../../shared/ports/approvals.ts";
import { approvalPointerKey, linkHash, linkKey } from "./keys/of-requests.ts";
import { milliseconds, readBody } from "./record.ts";
import type { Change, Table } from "./table.ts";

const approvalLink = z.strictObject({ approval_id: z.string(), expires_at: z.string() });

const attributeOf = (link: string): string => `link#${linkHash(link)}`;

/** A request's pointer keeps an attribute for each link to it, named by its hash, with its end. */
export const linkIn = ({ link, expires_at }: GivenLink): NonNullable<Change["set"]> => ({
  [attributeOf(link)]: milliseconds(expires_at),
});

/**
 * Links stand with the pointers to their requests, so that to give one is no write of its own. The table forgets nothing
 * by itself, for the ledger's sake: a link that has expired stays, and leads nowhere.
 */
export const approvalLinks = (table: Table): ApprovalLinks => {
  /** One that an earlier release gave had a row of its own. */
  const earlier = async (link: string): Promise<ApprovalLink | undefined> => {
    const item = await table.get(linkKey(link));
    return item && readBody(approvalLink, item);
  };
  return {
    get: async (link) => {
      const approval_id = requestOfLink(link);
      if (approval_id === undefined) return earlier(link);
      const until = (await table.get(approvalPointerKey(approval_id)))?.[attributeOf(link)];
      return typeof until === "number" ? { approval_id, expires_at: new Date(until).toISOString() } : undefined;
    },
  };
};
