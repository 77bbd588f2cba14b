import type { ApprovalView, Problem } from "../../functions/api/schemas.ts";
import type { Api } from "./api.ts";
import type { Answer } from "./http.ts";
import { type Polled, usePolled } from "./polled.ts";
import { type Queued, queuedAnew } from "./queued.ts";

/** The whole queue of open requests, as every page shows its count. */
export type Open = {
  readonly requests: readonly Queued[] | undefined;
  /** Those that wait longest are still on their way. */
  readonly more: boolean;
  /** Ids of requests that are on record and cannot be read. */
  readonly unreadable: readonly string[];
  readonly problem: Problem | undefined;
  readonly at: number;
  readonly again: () => void;
};

/** A person who reads along sees a new request within this, whichever page they read. */
const SECONDS = 13;

/** More than people ever let lie; the API gives some hundreds a page. */
const MOST_PAGES = 20;

/** More than a screen holds: whoever opens the page reads these while the others come. */
const FIRST = 40;

type Queue = Pick<Open, "more" | "unreadable"> & { readonly requests: readonly Queued[] };

/** `first` is shown the queue's beginning, for who has nothing yet. */
const allOpen = async (
  api: Api,
  before: readonly Queued[],
  first: ((queue: Queue) => void) | undefined,
): Promise<Answer<Queue>> => {
  const found: ApprovalView[] = [];
  const unreadable: string[] = [];
  let known = before;
  const soFar = (): readonly Queued[] => {
    known = queuedAnew(known, found, Date.now());
    return known;
  };
  let next: string | null = null;
  let requests = 0;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const limit = page === 0 && first !== undefined ? FIRST : 1_000;
    const answer = await api.approvals({ limit, next: next ?? undefined });
    requests += 1;
    if (answer.kind !== "value") return answer;
    found.push(...answer.value.plans.flatMap(({ approvals }) => approvals));
    unreadable.push(...answer.value.unreadable);
    next = answer.value.next;
    if (next === null) break;
    if (page === 0) first?.({ requests: soFar(), more: true, unreadable });
  }
  return { kind: "value", value: { requests: soFar(), more: false, unreadable }, requests };
};

export const useOpenRequests = (api: Api): Open => {
  const polled: Polled<Queue> = usePolled(
    "open",
    () => allOpen(api, polled.value?.requests ?? [], polled.value === undefined ? polled.put : undefined),
    SECONDS,
  );
  const { value, problem, at, again } = polled;
  return {
    requests: value?.requests,
    more: value?.more ?? false,
    unreadable: value?.unreadable ?? [],
    problem,
    at,
    again,
  };
};
