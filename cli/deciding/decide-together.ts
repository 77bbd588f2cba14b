import { safeJson } from "../../shared/shown/untrusted.ts";
import { plural } from "../../shared/shown/words.ts";
import { CliError } from "../client/problem.ts";
import { everyApproval } from "../client/whole-execution.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { lookOf } from "../look.ts";
import { approvalCard } from "../render/approval.ts";
import { approvalBlocks, choiceWords, howMany } from "../render/approval-list.ts";
import { painted } from "../render/labels.ts";
import type { Approval, DecisionResults } from "../replies/approvals.ts";
import { type Session, say } from "../session.ts";
import { mustNameSomething } from "./names-something.ts";
import { pickedBy } from "./picked-by.ts";
import { isToldStill } from "./told-still.ts";

/** The server takes as many decisions in one act. */
const AT_ONCE = 500;

export type Together = {
  readonly word: "approve" | "reject";
  /** These, or, where none is named, all open ones that the filter lets through. */
  readonly named: readonly string[];
  readonly filter: Readonly<Record<"plan" | "execution" | "agent" | "tool" | "risk", string | undefined>>;
  readonly yes: boolean;
  readonly comment: string | undefined;
};

type Shown = { readonly digest: string; readonly printable: Approval };

const DONE = { approve: "approved", reject: "rejected" } as const;
const VERB = { approve: "Approve", reject: "Reject" } as const;

/** Requests to decide, and why others that were meant are not among them. */
const found = async (session: Session, { word, named, filter }: Together): Promise<Map<string, Shown>> => {
  const { api } = session;
  const shown = new Map<string, Shown>();
  const leftOut: Approval[] = [];
  const take = (value: Approval, safe: Approval): void => {
    if (value.you_may.includes(word)) shown.set(value.approval_id, { digest: value.digest, printable: safe });
    else leftOut.push(safe);
  };
  if (named.length > 0) {
    for (const id of new Set(named)) {
      const opened = await api.approval(id);
      take(opened.value, opened.printable);
    }
    for (const each of leftOut) say(session, `left out: ${each.approval_id}: ${whyNot(each, word)}`);
    return shown;
  }
  // Those that the caller may not decide as well: that somebody's lock holds them has to be said.
  const all = await everyApproval(api, { ...filter, status: "open" });
  if (all.value.length === 0) await mustNameSomething(api, filter);
  for (const [place, value] of all.value.entries()) take(value, all.printable[place] ?? value);
  for (const line of leftOutLines(leftOut, word)) say(session, line);
  return shown;
};

const whyNot = ({ status, you_may_not_because }: Approval, word: Together["word"]): string => {
  if (you_may_not_because !== null) return you_may_not_because;
  return status === "open" ? `it asks something that is not answered with ${word}` : `it is ${status}`;
};

/** More reasons than a person reads. */
const MOST_REASONS = 10;

/** Hundreds are left out for one reason, such as a lock: each reason is told once, of how many it keeps back. */
const leftOutLines = (leftOut: readonly Approval[], word: Together["word"]): string[] => {
  const reasons = [...Map.groupBy(leftOut, (each) => whyNot(each, word))].toSorted(
    ([, some], [, others]) => others.length - some.length,
  );
  const told = reasons
    .slice(0, MOST_REASONS)
    .map(([why, { length }]) => `left out: ${plural(length, "request")}: ${why}`);
  const rest = reasons.slice(MOST_REASONS).reduce((sum, [, { length }]) => sum + length, 0);
  return rest === 0
    ? told
    : [...told, `left out: ${plural(rest, "more request")}, each of which says why: ${hint.queue()}`];
};

/** The numbers that rows are picked by, from 1 on, by the request's id. */
const placesOf = (shown: ReadonlyMap<string, Shown>): Map<string, number> =>
  new Map([...shown.keys()].map((id, at) => [id, at + 1]));

const isAsked = ({ context }: Session, { yes }: Together): boolean => context.interactive && !yes;

/** Shows every one whole: HIGH ones as cards, which opens them and shows what is asked now, and the others short. */
const show = async (session: Session, asked: Together, shown: Map<string, Shown>): Promise<void> => {
  const { api, context } = session;
  const look = await lookOf({ ...session, json: false });
  const requests = [...shown.values()].map((each) => each.printable);
  const places = isAsked(session, asked) && shown.size > 1 ? placesOf(shown) : new Map<string, number>();
  for (const line of approvalBlocks(requests, context, places)) say(session, line);
  for (const { approval_id, risk_level } of requests) {
    if (risk_level !== "HIGH") continue;
    const opened = await api.approval(approval_id);
    shown.set(approval_id, { digest: opened.value.digest, printable: opened.printable });
    say(session, "");
    const place = places.get(approval_id);
    if (place !== undefined) say(session, `${place}. in full:`);
    for (const line of approvalCard(opened.printable, look)) say(session, line);
  }
  say(session, "");
};

/** Asks until the answer is understood: a wrong number is no yes to others. @returns the ids named, or none */
const namedByNumber = async (
  session: Session,
  word: Together["word"],
  shown: Map<string, Shown>,
): Promise<string[]> => {
  const ids = [...shown.keys()];
  for (;;) {
    const question = `${VERB[word]} which of the ${ids.length}? all, none, or numbers such as 1,${ids.length}:`;
    const picked = pickedBy(await session.context.prompts.input(question, false), ids.length);
    if (picked !== undefined) return ids.filter((_id, at) => picked.has(at + 1));
    say(session, `That is neither all nor none, nor numbers from 1 to ${ids.length}.`);
  }
};

/** Asks which, then once more for these: a slip of the first answer is no yes. @returns the ids, or none */
const chosen = async (session: Session, asked: Together, shown: Map<string, Shown>): Promise<string[]> => {
  const { word, yes } = asked;
  const { context } = session;
  const ids = [...shown.keys()];
  if (yes) return ids;
  if (!isAsked(session, asked)) {
    throw new CliError(
      `${plural(shown.size, "request")} would be ${DONE[word]}, and nobody can be asked here`,
      EXIT.usage,
      { remedy: "look at the list above, and add --yes if that is what you want" },
    );
  }
  const named = ids.length === 1 ? ids : await namedByNumber(session, word, shown);
  if (named.length === 0) return [];
  const requests = named.flatMap((id) => shown.get(id)?.printable ?? []);
  // The list has scrolled away: those of it that were named are shown again, so that a wrong number is seen.
  if (named.length < ids.length) {
    for (const line of approvalBlocks(requests, context, placesOf(shown))) say(session, line);
  }
  return (await context.prompts.confirm(`${VERB[word]} ${howMany(requests)}?`)) ? named : [];
};

/** Those whose call was not decided elsewhere while a person read the list. */
const stillTold = async (session: Session, ids: readonly string[], shown: Map<string, Shown>): Promise<string[]> => {
  const still: string[] = [];
  for (const id of ids) {
    const request = shown.get(id)?.printable;
    if (request === undefined || (await isToldStill(session, request))) still.push(id);
    else say(session, `left out: ${id}: the same call was decided elsewhere since it was shown: ${hint.request(id)}`);
  }
  return still;
};

/** Shows what would be decided, asks which, and decides in as few acts as there can be. */
export const decideTogether = async (session: Session, asked: Together): Promise<ExitCode> => {
  const { api, context, json } = session;
  const { word, comment } = asked;
  const shown = await found(session, asked);
  if (shown.size === 0) {
    if (json) context.out(safeJson({ results: [] }, 2));
    else context.out(`Nothing that you may ${word}${choiceWords(asked.filter)}.`);
    return asked.named.length === 0 ? EXIT.ok : EXIT.conflict;
  }
  await show(session, asked, shown);
  const meant = await chosen(session, asked, shown);
  if (meant.length === 0) {
    say(session, "Nothing was decided.");
    return EXIT.ok;
  }
  const ids = asked.yes ? meant : await stillTold(session, meant, shown);
  const decisions = ids.map((id) => ({
    id,
    digest: shown.get(id)?.digest ?? "",
    decision: word,
    ...(comment === undefined ? {} : { comment }),
  }));
  const results: DecisionResults["results"] = [];
  for (let from = 0; from < decisions.length; from += AT_ONCE) {
    results.push(...(await api.decideMany(decisions.slice(from, from + AT_ONCE))).printable.results);
  }
  const refused = results.filter(({ ok }) => !ok);
  if (json) context.out(safeJson({ results }, 2));
  else {
    context.out(
      `${painted(context.paint, DONE[word])}: ${results.length - refused.length}, refused: ${refused.length}`,
    );
    for (const { id, problem } of refused) context.out(`  ${id}: ${problem?.detail ?? "no reason was given"}`);
  }
  const isFewer = asked.named.length > 0 && shown.size < new Set(asked.named).size;
  const leftOut = isFewer || ids.length < meant.length;
  return refused.length === 0 && !leftOut ? EXIT.ok : EXIT.conflict;
};

/** @throws CliError (usage) where nobody can be asked */
export const askWhy = async ({ context }: Session): Promise<string> => {
  if (context.interactive) return context.prompts.input("Comment", true);
  throw new CliError("a rejection needs --comment: say why", EXIT.usage);
};
