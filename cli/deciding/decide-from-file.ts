import { printable } from "../../shared/shown/untrusted.ts";
import type { Api } from "../client/api.ts";
import { ApiProblem } from "../client/problem.ts";
import { painted } from "../render/labels.ts";
import type { Approval } from "../replies/approvals.ts";
import { type Session, say } from "../session.ts";
import { type DecisionsFile, type FileDecision, mergedArguments } from "./decisions-file.ts";
import { giveDecision } from "./give-decision.ts";

/** The results of the open requests in one round. */
export type Round = {
  readonly decided: number;
  /** Open requests that nobody here is going to decide. */
  readonly left: readonly Approval[];
  /** Requests that are left to their time limit on purpose. */
  readonly expiring: readonly Approval[];
};

/** Someone who decides the open requests of an execution: a file, or a person at the terminal. */
export type Decider = (open: readonly Approval[]) => Promise<Round>;

const decideOne = async (api: Api, request: Approval, entry: FileDecision): Promise<void> => {
  // Read again in the name of who decides: that opens it, and the digest is of what that person was shown.
  const { value } = await api.approval(request.approval_id);
  await giveDecision(api, value, {
    decision: entry.decision,
    ...(entry.comment === undefined ? {} : { comment: entry.comment }),
    ...(entry.decision === "edit" ? { arguments: mergedArguments(value.arguments, entry.arguments ?? {}) } : {}),
  });
};

const DONE: Record<FileDecision["decision"], string> = {
  approve: "approved",
  edit: "edited",
  reject: "rejected",
  happened: "happened",
  did_not_happen: "did not happen",
  undone: "undone by hand",
  accepted: "accepted as it stands",
  let_expire: "left to expire",
};

/**
 * Decides by a file. A decision that the server refuses is reported, and its request stays open. `named`: each in the name
 * that its entry says, for which a token is made here; else all in the name of whoever runs the CLI.
 */
export const decideFromFile = (session: Session, file: DecisionsFile, named: boolean): Decider => {
  const { paint } = session.context;
  const deciderOf = ({ by }: FileDecision): string | undefined => (named ? by : undefined);
  const apiOf = (entry: FileDecision): Api => {
    const by = deciderOf(entry);
    return by === undefined ? session.api : session.apiAs(by);
  };
  const announced = new Set<string>();
  const tell = (request: Approval, entry: FileDecision): void => {
    const by = deciderOf(entry) ?? session.name ?? "you";
    const comment = entry.comment === undefined ? "" : `: ${printable(entry.comment)}`;
    const what = `${painted(paint, request.risk_level)} ${request.tool_name} ${paint.dim(`${request.plan_id} / ${request.step_id}`)}`;
    say(
      session,
      `  ${paint.bold(DONE[entry.decision])}${entry.decision === "let_expire" ? "" : ` by ${by}`}  ${what}${comment}`,
    );
  };
  return async (open) => {
    let decided = 0;
    const left: Approval[] = [];
    const expiring: Approval[] = [];
    for (const request of open) {
      const entry = file.take(request);
      if (entry === undefined) {
        left.push(request);
        continue;
      }
      if (entry.decision === "let_expire") {
        expiring.push(request);
        if (!announced.has(request.approval_id)) tell(request, entry);
        announced.add(request.approval_id);
        continue;
      }
      try {
        await decideOne(apiOf(entry), request, entry);
        decided += 1;
        tell(request, entry);
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error;
        left.push(request);
        say(session, `  ${paint.red("refused:")} ${entry.decision} of ${request.step_id}: ${printable(error.message)}`);
      }
    }
    return { decided, left, expiring };
  };
};
