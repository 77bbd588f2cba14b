import type { Approval, ApprovalQueue, Decided, Decision } from "./api.ts";
import type { Http } from "./http.ts";

export type ApprovalSearch = {
  readonly status?: Approval["status"];
  readonly agent?: string;
  readonly tool?: string;
  readonly plan?: string;
  readonly execution?: string;
  /** Only what the caller may decide. */
  readonly mine?: boolean;
};

export type Approvals = ReturnType<typeof approvalsOver>;

/** Requests to people. A person's token is needed: an agent finds none of them, and decides nothing. */
export const approvalsOver = (http: Http) => {
  /** The requests asked for, page by page. */
  async function* all(search: ApprovalSearch = {}, signal?: AbortSignal): AsyncGenerator<Approval, void> {
    for (let next: string | undefined; ; ) {
      const query = { ...search, next };
      const page = await http<ApprovalQueue>({ method: "GET", path: "/approvals", query, signal, repeatable: true });
      for (const { approvals } of page.plans) yield* approvals;
      if (page.next === null) return;
      next = page.next;
    }
  }

  /** Opens a request: everything needed to decide it. That it was opened is recorded. */
  const open = (approval_id: string): Promise<Approval> =>
    http<Approval>({ method: "GET", path: `/approvals/${encodeURIComponent(approval_id)}`, repeatable: true });

  /**
   * Decides a request as it was seen: `digest` is that of what was opened.
   * @throws BuddyRefusal (409) where it stands otherwise by now
   */
  const decide = (approval_id: string, decision: Decision): Promise<Decided> =>
    http<Decided>({
      method: "POST",
      path: `/approvals/${encodeURIComponent(approval_id)}/decision`,
      body: decision,
      repeatable: false,
    });

  return { all, open, decide };
};
