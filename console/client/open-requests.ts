import type { ApprovalView, Problem } from "../../functions/api/schemas.ts";
import type { Api } from "./api.ts";
import type { Answer } from "./http.ts";
import { type Polled, usePolled } from "./polled.ts";

/** The whole queue of open requests, as every page shows its count. */
export type Open = {
  readonly requests: readonly ApprovalView[] | undefined;
  readonly problem: Problem | undefined;
  readonly at: number;
  readonly again: () => void;
};

/** One request in thirteen seconds leaves room for others under one in ten. */
const SECONDS = 13;

/** More than people ever let lie; the API gives some hundreds a page. */
const MOST_PAGES = 20;

const allOpen = async (api: Api): Promise<Answer<readonly ApprovalView[]>> => {
  const found: ApprovalView[] = [];
  let next: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await api.approvals({ limit: 1_000, next: next ?? undefined });
    if (answer.kind !== "value") return answer;
    found.push(...answer.value.plans.flatMap(({ approvals }) => approvals));
    next = answer.value.next;
    if (next === null) break;
  }
  return { kind: "value", value: found };
};

export const useOpenRequests = (api: Api): Open => {
  const { value, problem, at, again }: Polled<readonly ApprovalView[]> = usePolled("open", () => allOpen(api), SECONDS);
  return { requests: value, problem, at, again };
};
