import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApprovalRequest } from "../../../../shared/execution/approval/approval.ts";
import { askedFirst, askedNext, goesOn, mayGoOn, namesAsked } from "../../../../shared/execution/approval/asking.ts";
import { type Absence, absenceFault } from "../../../../shared/execution/approval/away.ts";
import { goesOnInWords } from "../../../../shared/shown/asked.ts";
import { approval } from "../../../ports/records.ts";

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 31, 12, minute)).toISOString();
const away = (person: string, changes: Partial<Absence> = {}): Absence => ({
  ...{ person, from: at(-1_000), until: at(1_000), instead: null, by: person, at: at(-1_000) },
  ...changes,
});

/** A request that was opened at minute 0 and has 100 minutes. */
const request = (order: string[], absences: Absence[] = [], changes: Partial<ApprovalRequest> = {}) =>
  approval({
    ...{ status: "open", created_at: at(0), expires_at: at(100), votes: [], opened_by: [], excluded: [] },
    ...askedFirst(order, { absences, excluded: changes.excluded ?? [], now: at(0) }),
    ...changes,
  });
/** Whom it goes to as minutes pass, each with when. */
const way = (start: ApprovalRequest, absences: Absence[] = []): string[] => {
  const found: string[] = [];
  let here = start;
  for (let minute = 0; minute < 120; minute += 1) {
    const next = askedNext(here, absences, at(minute));
    if (next === undefined) continue;
    found.push(`${minute} ${next.name} ${next.because}`);
    here = { ...here, asked: [...(here.asked ?? []), next] };
  }
  return found;
};

describe("a request of a tool with a list", () => {
  it("a request goes to the next of its list each time nobody opened it by half of the time left, and stays with the last", () => {
    expect(way(request(["alice", "bob", "carol"]))).toEqual(["50 bob unopened", "75 carol unopened"]);
  });

  it("a request stays with whom it was put to once somebody who may decide has opened it, or voted", () => {
    const opened = request(["alice", "bob"], [], { opened_by: ["dora"] });
    const voted = request(["alice", "bob"], [], { votes: [{ by: "dora", at: at(1), comment: null }] });
    expect([way(opened), way(voted)]).toEqual([[], []]);
  });

  it("a request goes on although somebody opened it whom four eyes keep from deciding", () => {
    const own = request(["alice", "bob"], [], { opened_by: ["Sam"], excluded: ["sam"] });
    expect(way(own)).toEqual(["50 bob unopened"]);
  });

  it("a request that was given more time goes on at half of the longer time", () => {
    expect(way(request(["alice", "bob"], [], { expires_at: at(160) }))).toEqual(["80 bob unopened"]);
  });

  it("a request that never expires has no half: it goes on only from somebody who is away", () => {
    const question = request(["alice", "bob"], [], { kind: "reconcile", expires_at: null });
    expect(way(question)).toEqual([]);
    expect(way(question, [away("alice", { from: at(30) })])).toEqual(["30 bob away"]);
  });

  it("a request is put to a stand-in, and passes over who is away with nobody in their place", () => {
    const first = (absences: Absence[]) =>
      askedFirst(["alice", "bob"], { absences, excluded: [], now: at(0) }).asked?.[0];
    expect(first([away("alice", { instead: "dora" })])).toMatchObject({ name: "dora", place: 0 });
    expect(first([away("Alice")])).toMatchObject({ name: "bob", place: 1, passed_over: [{ name: "alice" }] });
    const each_other = [away("alice", { instead: "dora" }), away("dora", { instead: "alice" })];
    expect(first(each_other)).toMatchObject({ name: "bob", place: 1 });
  });

  it("a request is put to everybody while the whole list is away, and to the first who is here again", () => {
    const absences = [away("alice", { until: at(20) }), away("bob")];
    const start = request(["alice", "bob"], absences);
    expect(start.asked).toMatchObject([{ name: null, place: null, passed_over: [{ name: "alice" }, { name: "bob" }] }]);
    expect(namesAsked(start)).toEqual([]);
    expect(way(start, absences)).toEqual(["20 alice away"]);
  });

  it("a request passes over whom four eyes bar from it, first and later, under a look-alike of their name as well", () => {
    const own = request(["Alice", "bob", "carol", "dora"], [], { excluded: ["alice", "carol"] });
    expect(own.asked).toMatchObject([{ name: "bob", place: 1, passed_over: [], barred: ["Alice"] }]);
    expect(way(own)).toEqual(["50 dora unopened"]);
    expect(goesOn(own)?.to).toEqual(["dora"]);
    const cyrillic = request(["b\u043eb", "carol"], [], { excluded: ["bob"] });
    expect(cyrillic.asked).toMatchObject([{ name: "carol" }]);
  });

  it("a request goes to the stand-in of a person who is away, unless four eyes bar the stand-in", () => {
    const absences = [away("alice", { instead: "sam" })];
    const own = request(["alice", "bob"], absences, { excluded: ["sam"] });
    expect(own.asked).toMatchObject([{ name: "bob", passed_over: [{ name: "alice" }], barred: ["sam"] }]);
    expect(request(["alice", "bob"], absences, { excluded: ["alice"] }).asked).toMatchObject([{ name: "sam" }]);
  });

  it("a request is put to everybody, and stays so, where four eyes bar the whole list", () => {
    const own = request(["alice"], [], { excluded: ["alice"] });
    expect(own.asked).toMatchObject([{ name: null, barred: ["alice"] }]);
    expect([namesAsked(own), way(own), goesOn(own)]).toEqual([[], [], undefined]);
  });

  it("a request goes on at once from a person who asked for the same call meanwhile: to the next, at the list's end to everybody", () => {
    const joined = { ...request(["alice", "bob"]), excluded: ["sam", "alice"] };
    expect([mayGoOn(joined), way(joined)]).toEqual([true, ["0 bob barred"]]);
    const alone = { ...request(["alice"]), excluded: ["sam", "alice"] };
    expect([mayGoOn(alone), way(alone)]).toEqual([true, ["0 null barred"]]);
  });

  it("a request is put to nobody twice: who stands in for two is asked once", () => {
    const absences = [away("bob", { instead: "alice" })];
    expect(way(request(["alice", "bob", "carol"], absences), absences)).toEqual(["50 carol unopened"]);
  });

  it("a request says nothing of whom, where the tool has no list", () => {
    expect(askedFirst(undefined, { absences: [away("alice")], excluded: [], now: at(0) })).toEqual({});
    expect(way(approval({ status: "open" }))).toEqual([]);
  });

  it("a request goes to names of its list or to their stand-ins, never to one who is away or may not decide, never twice", () => {
    const name = fc.constantFrom("a", "b", "c", "d", "e");
    const absent = fc.record({ person: name, from: fc.nat(100), until: fc.nat(120), instead: fc.option(name) });
    const [orders, gone] = [fc.uniqueArray(name, { minLength: 1 }), fc.array(absent, { maxLength: 4 })];
    fc.assert(
      fc.property(orders, gone, fc.uniqueArray(name), (order, said, excluded) => {
        const absences = said.map(({ person, from, until, instead }) =>
          away(person, { from: at(from), until: at(until), instead }),
        );
        let here = request(order, absences, { excluded });
        for (let minute = 0; minute < 101; minute += 4) {
          const next = askedNext(here, absences, at(minute));
          if (next === undefined) continue;
          const before = (here.asked ?? []).map((each) => each.name);
          expect(before).not.toContain(next.name);
          here = { ...here, asked: [...(here.asked ?? []), next] };
        }
        for (const { name: asked, at: moment } of here.asked ?? []) {
          const known = [...order, ...absences.map(({ instead }) => instead)];
          if (asked === null) continue;
          expect(known).toContain(asked);
          expect(excluded).not.toContain(asked);
          const first = absences.find(
            ({ person, from, until }) => person === asked && from <= moment && moment < until,
          );
          expect(first).toBeUndefined();
        }
      }),
    );
  });
});

describe("an absence", () => {
  const fault = (changes: Partial<Absence>) => absenceFault(away("alice", changes), at(0))?.path;

  it.each([
    ["that is over", { until: at(-1) }, "/until"],
    ["that ends before it begins", { from: at(10), until: at(5) }, "/until"],
    ["of more than a year", { until: at(600_000) }, "/until"],
    ["with oneself in one's place", { instead: "ALICE" }, "/instead"],
  ])("an absence %s is refused, with its place", (_what, changes, path) => {
    expect(fault(changes)).toBe(path);
  });

  it("an absence that began already, or will begin, is taken", () => {
    expect([fault({}), fault({ from: at(10) })]).toEqual([undefined, undefined]);
  });
});

describe("where a request goes on to, foretold", () => {
  it("where a request goes on to is foretold, for that moment and not before, of any list, where nobody comes or goes", () => {
    const names = fc.uniqueArray(fc.constantFrom("alice", "bob", "carol", "dora", "Erin"), { minLength: 1 });
    fc.assert(
      fc.property(names, fc.integer({ min: 4, max: 400 }), (order, minutes) => {
        let here = request(order, [], { expires_at: at(minutes) });
        for (const _name of order) {
          const said = goesOn(here);
          if (said === undefined) {
            expect(askedNext(here, [], at(minutes - 1))).toBeUndefined();
            return;
          }
          const moment = String(said.at);
          const before = new Date(Date.parse(moment) - 1).toISOString();
          const next = askedNext(here, [], moment);
          expect([askedNext(here, [], before), next?.name]).toEqual([undefined, said.to[0]]);
          if (next !== undefined) here = { ...here, asked: [...(here.asked ?? []), next] };
        }
      }),
    );
  });

  it("a request goes on soon, and is foretold so, from somebody who may not decide it by now, to everybody from the last", () => {
    const put = request(["alice", "bob"]);
    const barred = { ...put, excluded: ["alice"] };
    expect([goesOn(barred), askedNext(barred, [], at(1))?.name]).toEqual([
      { to: ["bob"], at: null, soon: true },
      "bob",
    ]);
    const last = { ...request(["alice"]), excluded: ["alice"] };
    expect([goesOn(last), askedNext(last, [], at(1))?.name]).toEqual([{ to: [], at: null, soon: true }, null]);
    const words = [barred, last].map((each) => goesOnInWords(goesOn(each)));
    const why = "Goes on within a minute, for who was asked may not decide it, to";
    expect(words).toEqual([`${why} bob`, `${why} everybody`]);
  });

  it("a request goes on to nobody where it has no list, was opened, is closed, or stands with the last", () => {
    const opened = request(["alice", "bob"], [], { opened_by: ["dora"] });
    const closed = request(["alice", "bob"], [], { status: "rejected" });
    const all = [approval({ status: "open" }), opened, closed, request(["alice"])];
    expect(all.map(goesOn)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("a request goes on at no foretold moment where it never expires, or is put to everybody until one is back", () => {
    expect(goesOn(request(["alice", "bob"], [], { expires_at: null }))).toEqual({ to: ["bob"], at: null, soon: false });
    const everybody = request(["alice", "bob"], [away("alice"), away("bob")]);
    expect(goesOn(everybody)).toEqual({ to: ["alice", "bob"], at: null, soon: false });
  });
});
