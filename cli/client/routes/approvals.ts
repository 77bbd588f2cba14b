import type { JsonObject } from "../../../shared/plan/json.ts";
import type { Scope } from "../../../shared/scopes.ts";
import { hint } from "../../hints.ts";
import { approval, approvalQueue, decisionResults } from "../../replies/approvals.ts";
import { awayList, awayRemoved, awayReply } from "../../replies/away.ts";
import { ask, download, type HttpOptions, type Request } from "../http.ts";
import { at, maybe, post, put } from "./asking.ts";

export type Decision = {
  decision: string;
  digest: string;
  comment?: string;
  arguments?: JsonObject;
};

/** Requests to people, their decisions, and who is away. */
export const approvalsOver = (http: HttpOptions) => ({
  /** Asked with a token that decides: what its bearer may is told by what it carries. */
  approvals: (query: Request["query"]) =>
    ask(http, approvalQueue, "/approvals", { scope: "approvals:decide", ...(query === undefined ? {} : { query }) }),
  /** Opens it: the server notes that a person who decides saw it whole. */
  approval: (id: string) => ask(http, approval, `/approvals/${at(id)}`, { scope: "approvals:decide" }),
  /** The picture beside its preview, byte for byte. */
  picture: (id: string) => download(http, `/approvals/${at(id)}/picture`),
  /** The same by a link from a message. */
  approvalBehind: (link: string) => ask(http, approval, `/links/${at(link)}`, { scope: "approvals:decide" }),
  away: () => ask(http, awayList, "/away"),
  sayAway: (person: string, scope: Scope, body: JsonObject) =>
    ask(http, awayReply, `/away/${at(person)}`, {
      ...put(scope, body),
      ...maybe("it may have been said", hint.away()),
    }),
  sayBack: (person: string, scope: Scope) =>
    ask(http, awayRemoved, `/away/${at(person)}`, {
      method: "DELETE",
      scope,
      ...maybe("it may have been said", hint.away()),
    }),
  decide: (id: string, decision: Decision) =>
    ask(http, approval, `/approvals/${at(id)}/decision`, {
      ...post("approvals:decide", { ...decision }),
      ...maybe("it may have been decided", hint.request(id)),
    }),
  decideMany: (decisions: readonly ({ id: string } & Omit<Decision, "arguments">)[]) =>
    ask(http, decisionResults, "/approvals/decisions", {
      ...post("approvals:decide", { decisions: decisions.map((each) => ({ ...each })) }),
      ...maybe("they may have been decided", hint.queue()),
    }),
  extend: (id: string, seconds: number, reason?: string) =>
    ask(http, approval, `/approvals/${at(id)}/extend`, {
      ...post("approvals:decide", { seconds, ...(reason === undefined ? {} : { reason }) }),
      ...maybe("it may have been given more time", hint.request(id)),
    }),
});
