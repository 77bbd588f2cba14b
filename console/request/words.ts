import type { ApprovalView, DecisionBody } from "../../functions/api/schemas.ts";
import { plural } from "../../shared/shown/words.ts";

type Word = DecisionBody["decision"];

/** The words on the button of a decision, and those that say it is done. */
export const WORDS: Readonly<Record<Word, { readonly act: string; readonly done: string }>> = {
  approve: { act: "Approve", done: "Approved" },
  reject: { act: "Reject", done: "Rejected" },
  edit: { act: "Change it", done: "Changed, and asked anew" },
  happened: { act: "It happened", done: "Recorded: it happened" },
  did_not_happen: { act: "It did not happen", done: "Recorded: it did not happen" },
  undone: { act: "I have undone it", done: "Recorded: undone by hand" },
  accepted: { act: "Accept it as it stands", done: "Accepted as it stands" },
};

/** Decisions of which a comment is part. */
export const NEEDS_COMMENT: ReadonlySet<Word> = new Set(["reject", "edit"]);

type Votes = Pick<ApprovalView, "approvals_given" | "approvals_required">;

export const votesInWords = ({ approvals_given, approvals_required }: Votes): string =>
  `${approvals_given} of ${plural(approvals_required, "approval")}`;

/** A decision that is done, with what it still takes where it was not the last one. */
export const doneInWords = (word: Word, request: Votes & Pick<ApprovalView, "status">): string =>
  request.status === "open" ? `${WORDS[word].done}: ${votesInWords(request)}` : WORDS[word].done;
