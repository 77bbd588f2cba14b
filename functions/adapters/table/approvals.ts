import { z } from "zod";
import {
  type AnnouncedRequest,
  type ApprovalRequest,
  approvalRequest,
} from "../../../shared/execution/approval/approval.ts";
import type { Approvals } from "../../../shared/ports/approvals.ts";
import { allOf } from "../../../shared/ports/damaged.ts";
import { linkIn } from "./approval-links.ts";
import { notThere, stillOpenAtVersion } from "./conditions.ts";
import { readHinted } from "./indexed.ts";
import type { Item } from "./item.ts";
import { keyPart } from "./key-part.ts";
import {
  approvalKey,
  approvalMarks,
  approvalPartition,
  approvalPartitions,
  approvalPointerKey,
  approvalsOfExecution,
} from "./keys/of-requests.ts";
import { mergedPage } from "./merged.ts";
import { bodyOf, eachReadable, instant, readableOf, readBody } from "./record.ts";
import type { Table } from "./table.ts";

/** Sorts after every date. */
const NEVER = "never";

const toItem = (request: ApprovalRequest): Item => ({
  ...approvalKey(request.execution_id, request.approval_id),
  gsi1pk: approvalPartition(request.status, request.approval_id),
  gsi1sk: `${request.expires_at === null ? NEVER : instant(request.expires_at)}#${keyPart(request.approval_id)}`,
  status: request.status,
  version: request.version,
  ...bodyOf(request),
});

const announcedIn = z.object({
  approval_id: z.string(),
  execution_id: z.string(),
  step_id: z.string(),
  created_at: z.string(),
});

const markOf = ({ approval_id, execution_id, step_id, created_at, same_call }: AnnouncedRequest): Item => ({
  pk: approvalMarks(same_call),
  sk: `${instant(created_at)}#${keyPart(approval_id)}`,
  ...{ approval_id, execution_id, step_id, created_at },
});

/** The mark of a release before the first that announced says where the request is, and no more. */
const announcedOf = (mark: Item, same_call: string): AnnouncedRequest[] => {
  const { success, data } = announcedIn.safeParse(mark);
  return success ? [{ ...data, same_call }] : [];
};

/** From the key, of one that cannot be read: an id is short enough to stand there as it is. */
const idOf = ({ sk }: Item): string => sk.replace(/^=/, "");

const toRequest = (item: Item): ApprovalRequest => readBody(approvalRequest, item);

/**
 * Requests to people, with the requests of one execution in one partition: what waits is one consistent query. A
 * pointer, written before the request, leads from its id to there, and so does a mark from the call it is about, which
 * announces it; one that leads to nothing is of a request that is not opened yet, or never was.
 */
export const approvals = (table: Table): Approvals => {
  const readable: Approvals["readable"] = async (execution_id) =>
    readableOf(await table.query(approvalsOfExecution(execution_id)), toRequest);

  return {
    announce: async (request) => {
      await table.put(markOf(request));
    },

    open: async (request, link) => {
      const { approval_id, execution_id } = request;
      // Changed, not replaced: links that were given before lead there as well.
      const set = { execution_id, ...(link === undefined ? {} : linkIn(link)) };
      await table.update(approvalPointerKey(approval_id), { set });
      if ((await table.put(toItem(request), notThere)) === "written") return request;
      const item = await table.get(approvalKey(execution_id, approval_id));
      return item === undefined ? request : toRequest(item);
    },

    get: async (approval_id) => {
      const pointer = await table.get(approvalPointerKey(approval_id));
      if (pointer === undefined) return undefined;
      const item = await table.get(approvalKey(String(pointer.execution_id), approval_id));
      return item && toRequest(item);
    },

    update: async (request) => {
      const next = { ...request, version: request.version + 1 };
      const outcome = await table.put(toItem(next), stillOpenAtVersion(request.version));
      return outcome === "written" ? next : outcome;
    },

    ofExecution: async (execution_id) => allOf(await readable(execution_id)),

    readable,

    ofCall: async (same_call, limit, but) => {
      const found = await table.query(approvalMarks(same_call), { descending: true, limit });
      const marks = found.filter(({ approval_id }) => approval_id !== but);
      const keys = marks.map((mark) => approvalKey(String(mark.execution_id), String(mark.approval_id)));
      const stored = await table.getMany(keys);
      const opened = new Set(stored.map(({ sk }) => sk));
      const { items: requests } = eachReadable(stored, toRequest);
      return {
        requests: requests.sort((one, other) => other.created_at.localeCompare(one.created_at)),
        announced: marks
          .flatMap((mark) => announcedOf(mark, same_call))
          .filter(({ approval_id }) => !opened.has(keyPart(approval_id))),
      };
    },

    these: async (named) => {
      const keys = named.map(({ execution_id, approval_id }) => approvalKey(execution_id, approval_id));
      return eachReadable(await table.getMany(keys), toRequest).items;
    },

    list: async ({ status, limit, next }) => {
      const sources = approvalPartitions(status).map(
        (partition) => (after: string | undefined, count: number) =>
          table.queryIndex(partition, { after, limit: count }),
      );
      const page = await mergedPage(sources, { sortKey: "gsi1sk", limit, next });
      const found = eachReadable(await readHinted(table, page.items), toRequest);
      return { items: found.items, unreadable: found.damaged.map(idOf), next: page.next };
    },
  };
};
