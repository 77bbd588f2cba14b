import type { ApprovalRequest } from "./approval.ts";

type Named = Pick<ApprovalRequest, "approval_id">;

/** The ids of a request's events: a receiver recognises a repeat by them. */
export const announcedAs = {
  requested: ({ approval_id }: Named): string => approval_id,
  reminder: ({ approval_id }: Named): string => `${approval_id}/reminder`,
  /** `place`: in `asked`; the first is told together with the request. */
  escalated: ({ approval_id }: Named, place: number): string => `${approval_id}/asked/${place}`,
  /** `place`: in `extensions`. */
  extended: ({ approval_id }: Named, place: number): string => `${approval_id}/extended/${place}`,
  closed: ({ approval_id }: Named): string => `${approval_id}/closed`,
} as const;

type Announced = {
  readonly type: "ApprovalRequested" | "ApprovalReminder" | "ApprovalEscalated";
  readonly id: string;
};

/** The events by which people may have been shown a request. */
export const shownBy = (request: Pick<ApprovalRequest, "approval_id" | "asked">): readonly Announced[] => [
  { type: "ApprovalRequested", id: announcedAs.requested(request) },
  { type: "ApprovalReminder", id: announcedAs.reminder(request) },
  ...(request.asked ?? []).slice(1).map((_asked, before) => ({
    type: "ApprovalEscalated" as const,
    id: announcedAs.escalated(request, before + 1),
  })),
];
