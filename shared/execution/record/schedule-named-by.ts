import type { AuditEvent } from "../../audit/audit-event.ts";
import { type BodyRef, bodyRef } from "./step-record.ts";

/** The schedule that an event of the serial chain puts in force: the first one, and each after an edit. */
export const scheduleNamedBy = ({ type, body }: Pick<AuditEvent, "type" | "body">): BodyRef | undefined =>
  type === "conflicts_resolved" || type === "rescheduled" ? bodyRef.safeParse(body.schedule).data : undefined;
