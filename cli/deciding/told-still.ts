import { tellTheSame } from "../../shared/shown/earlier.ts";
import type { Approval } from "../replies/approvals.ts";
import type { Session } from "../session.ts";

/**
 * Whether another request about the same call, of which a person read that it is being asked about, still is: no digest
 * covers that. Read again only where there is one.
 */
export const isToldStill = async ({ api }: Pick<Session, "api">, shown: Approval): Promise<boolean> => {
  if (!shown.earlier_decisions.some(({ status }) => status === "open")) return true;
  const { value: now } = await api.approval(shown.approval_id);
  return now.status !== "open" || tellTheSame(shown, now);
};
