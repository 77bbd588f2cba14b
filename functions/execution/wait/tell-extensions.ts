import { announcedAs } from "../../../shared/execution/approval/announced-as.ts";
import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import type { Deps } from "../../deps.ts";
import { announcement } from "../pass/announcement.ts";

export type TellExtensionsDeps = Pick<Deps, "approvals" | "bus">;

const untold = ({ extensions, extensions_told = extensions.length }: ApprovalRequest) =>
  extensions.slice(extensions_told);

/**
 * Tells that open requests have more time: messages that show the end of it follow. Announced first and marked
 * afterwards: a crash in between tells it again under the same id, rather than never.
 * @returns how many extensions were told, and the requests as they stand then
 */
export const tellExtensions = async (
  { approvals, bus }: TellExtensionsDeps,
  requests: readonly ApprovalRequest[],
): Promise<{ readonly extended: number; readonly requests: ApprovalRequest[] }> => {
  const marked: ApprovalRequest[] = [];
  let extended = 0;
  for (const request of requests) {
    const { extensions } = request;
    const news = request.status === "open" ? untold(request) : [];
    if (news.length === 0) {
      marked.push(request);
      continue;
    }
    const events = news.map(({ by, seconds }, place) => {
      const id = announcedAs.extended(request, extensions.length - news.length + place);
      return { type: "ApprovalExtended" as const, detail: { ...announcement(request), id, by, seconds } };
    });
    await bus.publish(events);
    extended += events.length;
    // A faster person has decided it, opened it, or given it more time: then the next sweep tells it again.
    const told = await approvals.update({ ...request, extensions_told: extensions.length });
    marked.push(told === "moved" ? request : told);
  }
  return { extended, requests: marked };
};
