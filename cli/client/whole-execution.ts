import type { Approval } from "../replies/approvals.ts";
import type { Execution } from "../replies/executions.ts";
import { allPages, joinedPages } from "./all-pages.ts";
import type { Api } from "./api.ts";
import type { Reply } from "./http.ts";

const PAGE = 1_000;

/** The execution with all of its steps. */
export const wholeExecution = (api: Api, id: string): Promise<Reply<Execution>> =>
  joinedPages(
    (next) => api.execution(id, { steps_limit: PAGE, next }),
    (pages) => ({ steps: pages.flatMap(({ steps }) => steps) }),
  );

/** Every request of that status once, in the order of the queue: as it came, and printable. */
export const everyApproval = async (
  api: Api,
  query: Readonly<Record<string, string | number | undefined>>,
): Promise<{ value: Approval[]; printable: Approval[] }> => {
  const pages = await allPages((next) => api.approvals({ ...query, next }));
  const approvals = (view: "value" | "printable") => {
    const all = pages.flatMap((page) => page[view].plans.flatMap(({ approvals }) => approvals));
    // One that got more time between two pages stands on both.
    return [...new Map(all.map((approval) => [approval.approval_id, approval])).values()];
  };
  return { value: approvals("value"), printable: approvals("printable") };
};
