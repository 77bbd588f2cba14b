import { isSamePerson, mayBeAmong } from "../../plan/same-person.ts";
import { absenceOf } from "./absence-of.ts";
import type { ApprovalRequest, Asked, PassedOver } from "./approval.ts";
import type { Absence } from "./away.ts";

/** People are told in the order of the tool's list; the right to decide does not depend on it. */
export type AskedInOrder = Pick<ApprovalRequest, "asked_in_order" | "asked" | "told">;

type Found = Pick<Asked, "name" | "place" | "passed_over" | "barred">;

/** Reasons for which people are not asked at a moment: that they are away, and that four eyes bar them from deciding. */
export type Circumstances = {
  readonly absences: readonly Absence[];
  readonly excluded: readonly string[];
  readonly now: string;
};

type StandIn = {
  readonly name: string | undefined;
  readonly passed_over: PassedOver[];
  readonly barred?: string;
};

/** The name that answers for another now: itself, or one that stands in; undefined where none of these may be asked. */
const standIn = (name: string, { absences, excluded, now }: Circumstances): StandIn => {
  const passed_over: PassedOver[] = [];
  const seen: string[] = [];
  for (let here: string | null = name; here !== null; ) {
    const asked: string = here;
    // People who stand in for each other are all away.
    if (seen.some((each) => isSamePerson(each, asked))) break;
    seen.push(asked);
    const absent = absenceOf(absences, asked, now);
    if (absent === undefined) {
      return mayBeAmong(excluded, asked)
        ? { name: undefined, passed_over, barred: asked }
        : { name: asked, passed_over };
    }
    passed_over.push({ name: asked, until: absent.until });
    here = absent.instead;
  }
  return { name: undefined, passed_over };
};

/**
 * The first of a list, from a place on, who is here, may decide and was not asked yet; null as the name where nobody
 * is. A person whom four eyes bar opens it in vain: it would lie with them for half of its time, and nobody else be told.
 */
const firstHere = (
  order: readonly string[],
  from: number,
  before: readonly Asked[],
  circumstances: Circumstances,
): Found => {
  const passed_over: PassedOver[] = [];
  const barred: string[] = [];
  const past = () => ({ passed_over, ...(barred.length === 0 ? {} : { barred }) });
  for (const [place, name] of order.entries()) {
    if (place < from) continue;
    const found = standIn(name, circumstances);
    passed_over.push(...found.passed_over);
    if (found.barred !== undefined) barred.push(found.barred);
    const here = found.name;
    if (here === undefined || before.some((each) => each.name !== null && isSamePerson(each.name, here))) continue;
    return { name: here, place, ...past() };
  }
  return { name: null, place: null, ...past() };
};

/** A new request's first name, told together with the request; nothing for a tool without a list. */
export const askedFirst = (order: readonly string[] | undefined, circumstances: Circumstances): AskedInOrder => {
  if (order === undefined) return {};
  return {
    asked_in_order: [...order],
    asked: [{ ...firstHere(order, 0, [], circumstances), at: circumstances.now, because: "first" }],
    told: 1,
  };
};

type Opened = { readonly votes: readonly unknown[] } & Readonly<Pick<ApprovalRequest, "opened_by" | "excluded">>;

/** Somebody who may decide it has read it: the same people whom four eyes let decide. */
const isOpened = ({ opened_by, votes, excluded }: Opened): boolean =>
  votes.length > 0 || opened_by.some((opener) => !mayBeAmong(excluded, opener));

/** Half of the time that was left when the last one was asked; a request that never expires has no half. */
const halfOf = ({ expires_at }: Pick<ApprovalRequest, "expires_at">, since: string): number =>
  expires_at === null ? Number.POSITIVE_INFINITY : (Date.parse(since) + Date.parse(expires_at)) / 2;

/** The person who was asked last may not decide any more: they asked for the same call meanwhile. */
const isBarred = ({ asked = [], excluded }: Listed): boolean => {
  const name = asked.at(-1)?.name ?? null;
  return name !== null && mayBeAmong(excluded, name);
};

const wasForEverybody = ({ asked = [] }: Listed): boolean => asked.some(({ name }) => name === null);

/**
 * Whom an open request goes to now; undefined while it stays where it is. It goes on when nobody opened it by half of
 * the time that was left, and at once when who was asked last is away, or may not decide, by now; where nobody of the
 * list was here, as soon as somebody is. To the next of the list who is here and may decide; nobody is asked twice. At the
 * end of the list it stays with who may decide, and goes to everybody from who may not.
 */
export const askedNext = (request: ApprovalRequest, absences: readonly Absence[], now: string): Asked | undefined => {
  const { status, asked_in_order: order, asked = [] } = request;
  const last = asked.at(-1);
  if (status !== "open" || order === undefined || last === undefined || isOpened(request)) return undefined;
  if (request.expires_at !== null && now >= request.expires_at) return undefined;
  const because = whyOn(request, last, absences, now);
  if (because === undefined) return undefined;
  const next = firstHere(order, (last.place ?? -1) + 1, asked, { absences, excluded: request.excluded, now });
  const stays = next.name === null && (because !== "barred" || wasForEverybody(request));
  return stays ? undefined : { ...next, at: now, because };
};

const whyOn = (
  request: ApprovalRequest,
  last: Asked,
  absences: readonly Absence[],
  now: string,
): Asked["because"] | undefined => {
  if (isBarred(request)) return "barred";
  if (last.name === null || absenceOf(absences, last.name, now) !== undefined) return "away";
  return Date.parse(now) < halfOf(request, last.at) ? undefined : "unopened";
};

/** A request as far as it says where it goes on to, from the record or from an answer of the API. */
type Listed = Opened & {
  readonly status: string;
  readonly asked_in_order?: readonly string[] | undefined;
  readonly asked?: readonly Pick<Asked, "name" | "place" | "at">[] | undefined;
};

/** Whether anything can still come of the list: what a sweep need not read absences for. */
export const mayGoOn = (request: Listed): boolean => {
  const { status, asked_in_order: order, asked = [] } = request;
  const last = asked.at(-1);
  if (status !== "open" || order === undefined || last === undefined || isOpened(request)) return false;
  return (last.place ?? -1) + 1 < order.length || (isBarred(request) && !wasForEverybody(request));
};

export type GoesOn = { readonly to: readonly string[]; readonly at: string | null; readonly soon: boolean };

/**
 * Where an open request goes on to if nobody opens it: the names of its list that are left, and the moment of it; null
 * where no moment makes it go on, but somebody's absence or return. `soon`: who was asked last may not decide it by now,
 * so that it is not half of its time that is waited for, but the next look at it; to everybody where nobody is left. Undefined: it stays where it is.
 */
export const goesOn = (request: Listed & Pick<ApprovalRequest, "expires_at">): GoesOn | undefined => {
  const { asked_in_order: order = [], asked = [] } = request;
  const last = asked.at(-1);
  if (last === undefined || !mayGoOn(request)) return undefined;
  const to = order.filter(
    (name, place) =>
      place > (last.place ?? -1) &&
      !mayBeAmong(request.excluded, name) &&
      !asked.some((each) => each.name !== null && isSamePerson(each.name, name)),
  );
  if (isBarred(request) && (to.length > 0 || !wasForEverybody(request))) return { to, at: null, soon: true };
  if (to.length === 0) return undefined;
  const half = last.name === null ? Number.POSITIVE_INFINITY : halfOf(request, last.at);
  return { to, at: Number.isFinite(half) ? new Date(half).toISOString() : null, soon: false };
};

/** The names that a request was put to, for the addresses that speak to them; empty: everybody. */
export const namesAsked = ({ asked = [] }: AskedInOrder): string[] => {
  const names = asked.map(({ name }) => name);
  const known = names.filter((name) => name !== null);
  return known.length < names.length ? [] : known;
};
