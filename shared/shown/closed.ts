import { type Called, NOBODY_NAMED, nameWithId } from "../plan/called.ts";
import { saidOf } from "../plan/said-of.ts";

type Closed = {
  readonly status: string;
  readonly decided_by: string | null;
  readonly comment: string | null;
  readonly votes: readonly { readonly by: string; readonly comment: string | null }[];
};

/** The people whose word counted; nobody where it expired or was taken back. */
export const decidersOf = ({
  decided_by,
  votes,
  status,
}: Pick<Closed, "decided_by" | "votes" | "status">): string[] => {
  if (decided_by !== null) return [decided_by];
  return status === "approved" ? votes.map(({ by }) => by) : [];
};

/** Statuses that are no words by themselves. */
const WORDS: Readonly<Record<string, string>> = {
  edited: "changed, and asked anew",
  expired: "expired, decided by nobody",
  voided: "taken back",
};

/** How a request ended, by whom, and why: `rejected by carol: the wrong stage`. */
export const closedInWords = (request: Closed, called: Called = NOBODY_NAMED): string => {
  const people = decidersOf(request);
  const said = saidOf(request.status);
  const names = people.map((each) => nameWithId(called, each)).join(", ");
  const by = people.length === 0 ? "" : `${said === undefined ? " by" : ", says"} ${names}`;
  const comment = request.comment ?? (request.status === "approved" ? request.votes.at(-1)?.comment : null);
  return `${said ?? WORDS[request.status] ?? request.status}${by}${comment == null ? "" : `: ${comment}`}`;
};
