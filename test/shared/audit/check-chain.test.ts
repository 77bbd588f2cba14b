import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AuditEvent, nextLink } from "../../../shared/audit/audit-event.ts";
import { chainFaults } from "../../../shared/audit/check-chain.ts";

const ID = "ex1";
const chainOf = (length: number): AuditEvent[] => {
  const events: AuditEvent[] = [];
  for (let n = 0; n < length; n += 1) {
    const entry = { type: "t", at: "2026-01-31T12:00:00.000Z", actor: "buddy", body: { n } };
    events.push(nextLink(ID, "execution", events.at(-1), entry));
  }
  return events;
};
const places = fc
  .integer({ min: 1, max: 20 })
  .chain((length) => fc.record({ events: fc.constant(chainOf(length)), at: fc.nat({ max: length - 1 }) }));

describe("the faults of a chain", () => {
  it("a chain has no faults as it was written, nor without events", () => {
    fc.assert(
      fc.property(fc.nat({ max: 20 }), (length) => {
        expect(chainFaults(ID, chainOf(length))).toEqual([]);
      }),
    );
  });

  it("the faults of a chain name the one event whose body was changed: its id and its hash", () => {
    fc.assert(
      fc.property(places, ({ events, at }) => {
        const other = events.map((event, place) => (place === at ? { ...event, body: { n: -1 } } : event));
        expect(chainFaults(ID, other).map(({ seq, what }) => [seq, what])).toEqual([
          [at + 1, "event_id"],
          [at + 1, "hash"],
        ]);
      }),
    );
  });

  it.each(["at", "actor", "type", "previous", "hash", "event_id"] as const)(
    "checking a chain finds an event whose %s was changed",
    (field) => {
      fc.assert(
        fc.property(places, ({ events, at }) => {
          const other = events.map((event, place) => (place === at ? { ...event, [field]: "other" } : event));
          expect(chainFaults(ID, other).some(({ seq }) => seq === at + 1)).toBe(true);
        }),
      );
    },
  );

  it("the faults of a chain show a gap where an event was deleted, unless it was the last: heads show that", () => {
    fc.assert(
      fc.property(places, ({ events, at }) => {
        const faults = chainFaults(ID, events.toSpliced(at, 1));
        expect(faults.map(({ what }) => what)).toEqual(at === events.length - 1 ? [] : ["sequence", "link"]);
      }),
    );
  });

  it("the faults of a chain show an event that is there twice, and a chain of another execution", () => {
    const [first, ...rest] = chainOf(3);
    if (first === undefined) throw new Error("no event");
    expect(chainFaults(ID, [first, first, ...rest]).map(({ what }) => what)).toContain("sequence");
    expect(chainFaults("ex2", [first]).map(({ what }) => what)).toEqual(["event_id", "hash"]);
  });
});
