import { accept } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { calledNow } from "../../records/called-now.ts";
import { type Endpoint, endpoint, fileEndpoint } from "../http/endpoint.ts";
import { byId, byLink } from "../http/paths.ts";
import { approvalQuery, approvalQueue as approvalQueueReply, approvalView, awayList } from "../schemas.ts";
import { approvalQueue } from "./approval-queue.ts";
import { followLink } from "./follow-link.ts";
import { openApproval } from "./open-approval.ts";
import { readPicture } from "./read-picture.ts";
import { read } from "./reading.ts";

/** Routes to requests, with the picture and the link of each. */
export const approvalEndpoints = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...read,
      path: "/approvals",
      summary: "List requests to people, by plan",
      query: approvalQuery,
      reply: approvalQueueReply,
    },
    async ({ query, caller }) => accept({ body: await approvalQueue(deps)(query, caller, await calledNow(deps)) }),
  ),
  endpoint(
    {
      ...read,
      scopes: ["read", "approvals:decide"],
      path: "/approvals/{id}",
      summary: "Open a request: everything needed to decide it",
      description:
        "That somebody with `approvals:decide` opened it is recorded: it does not go on to the next whom the tool's contract names.",
      params: byId,
      reply: approvalView,
    },
    async ({ params, caller }) => {
      const opened = await openApproval(deps)(params.id, caller, await calledNow(deps));
      return opened.ok ? accept({ body: opened.value }) : opened;
    },
  ),
  fileEndpoint(
    {
      ...read,
      scopes: ["read", "approvals:decide"],
      path: "/approvals/{id}/picture",
      summary: "Read the picture beside a request's preview",
      description:
        "What the page looked like on which the call would act, where a tool that acts on pages made the preview: a JPEG " +
        "of 700 kB at most. Fields for passwords are painted over. It is no part of what a decision seals.",
      params: byId,
      statuses: [200],
    },
    ({ params }) => readPicture(deps)(params.id),
  ),
  endpoint(
    {
      ...read,
      scopes: ["read", "approvals:decide"],
      path: "/links/{link}",
      summary: "Open the request that a message's link leads to",
      description: "As by its id. A link expires; it is no right to anything, and following it decides nothing.",
      params: byLink,
      reply: approvalView,
    },
    async ({ params, caller }) => {
      const opened = await followLink(deps)(params.link, caller);
      return opened.ok ? accept({ body: opened.value }) : opened;
    },
  ),
];

/** People who are away, and who is told of requests instead. */
export const awayReads = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...read,
      path: "/away",
      summary: "List who is away, or will be, and who is told instead",
      reply: awayList,
    },
    async () => {
      const now = deps.clock.now().toISOString();
      return accept({ body: { away: (await deps.absences.all()).filter(({ until }) => now < until) } });
    },
  ),
];
