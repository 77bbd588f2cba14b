import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Address, fillAddress, readAddress } from "../../../../shared/contracts/binding/http/address.ts";
import { outcomeOfStatus } from "../../../../shared/contracts/binding/http/outcome-of-status.ts";
import type { Sources } from "../../../../shared/contracts/binding/reference.ts";
import { fillTemplate } from "../../../../shared/contracts/binding/template.ts";
import type { Json, JsonObject } from "../../../../shared/plan/json.ts";
import { valueAt } from "../../../../shared/plan/json-pointer.ts";
import { anyText } from "../../../fixtures/any-text.ts";

const address = (url: string): Address => {
  const read = readAddress(url);
  if (!read.ok) throw new Error(read.refusal);
  return read.value;
};
const given = (args: JsonObject): Sources => ({ $arg: (pointer) => valueAt(args, pointer) });
const CONTACT = address("https://crm.example.com/v1/contacts/{id}/notes?q={q}&tag={tags}&fixed=1");

it("an address that was cut up once is not cut up again, nor is one that was refused", () => {
  for (const url of ["https://kept.example/a/{id}", "https://kept.example/{"]) {
    expect(readAddress(url)).toBe(readAddress(url));
  }
});

describe("an address with its places filled in", () => {
  it("an address with its places filled in names the same host and as many path segments, whatever the values are", () => {
    fc.assert(
      fc.property(anyText(), fc.string({ unit: "grapheme" }), (id, q) => {
        const filled = fillAddress(CONTACT, given({ id, q }));
        if (!filled.ok) {
          expect(["", ".", ".."].includes(id) || !(id + q).isWellFormed()).toBe(true);
          return;
        }
        const url = new URL(filled.value);
        const [, version, kind, segment, notes, ...more] = url.pathname.split("/");
        expect([url.origin, version, kind, notes, more]).toEqual([
          "https://crm.example.com",
          "v1",
          "contacts",
          "notes",
          [],
        ]);
        expect(decodeURIComponent(segment ?? "")).toBe(id);
        expect([...url.searchParams]).toEqual([
          ["q", q],
          ["fixed", "1"],
        ]);
        expect([url.hash, url.username]).toEqual(["", ""]);
      }),
    );
  });

  it.each<[string, JsonObject, string]>([
    [
      "a value per name of a list",
      { id: "a", tags: ["x y", 2, true] },
      "/v1/contacts/a/notes?tag=x%20y&tag=2&tag=true&fixed=1",
    ],
    ["nothing for a query value without a value", { id: "a", q: null, tags: [] }, "/v1/contacts/a/notes?fixed=1"],
    ["what would be a path, in its one segment", { id: "../admin" }, "/v1/contacts/..%2Fadmin/notes?fixed=1"],
  ])("an address with its places filled in has %s", (_name, args, path) => {
    expect(fillAddress(CONTACT, given(args))).toEqual({ ok: true, value: `https://crm.example.com${path}` });
  });

  it.each<[string, JsonObject, string]>([
    ["a path without its value", {}, "the path needs argument /id, which has no value"],
    ["a value that is a way up", { id: ".." }, 'cannot take ".."'],
    ["a value that is nothing", { id: "" }, 'cannot take ""'],
    ["a list in the path", { id: ["a"] }, "no list or object"],
    ["an object in the query", { id: "a", q: {} }, "no list or object"],
    ["a list of lists", { id: "a", tags: [[]] }, "no list or object"],
  ])("an address is refused with its places filled in: %s", (_name, args, words) => {
    expect(fillAddress(CONTACT, given(args))).toMatchObject({ ok: false, refusal: expect.stringContaining(words) });
  });

  it("an address with several places in a segment names those alone that have no value", () => {
    const address = readAddress("https://crm.example.com/{x};v={y}");
    const filled = address.ok ? fillAddress(address.value, given({ y: "1" })) : address;
    expect(filled).toEqual({ ok: false, refusal: "the path needs argument /x, which has no value" });
  });

  it("an address that is to be written otherwise is told with its places", () => {
    expect(readAddress("https://CRM.example.com/{a}/{b}?q=a b{c}")).toEqual({
      ok: false,
      refusal: 'must be written as it is sent: "https://crm.example.com/{a}/{b}?q=a%20b{c}"',
    });
  });

  it.each([
    ["%2e{x}", ["", "."]],
    ["{x}%2E", ["", "."]],
    ["%2e{x}{y}", ["", "."]],
    [".{x}", ["", "."]],
    ["{x}{y}", [".", ".."]],
  ])("an address is refused where a value and what stands beside it are a way along the path: %s", (segment, ways) => {
    const climbing = address(`https://h.example/a/b/${segment}`);
    for (const x of ways) {
      expect(fillAddress(climbing, given({ x, y: "" }))).toMatchObject({
        ok: false,
        refusal: expect.stringContaining("it would be another path"),
      });
    }
    const filled = fillAddress(climbing, given({ x: "%2e", y: "" }));
    expect(filled).toEqual({
      ok: true,
      value: `https://h.example/a/b/${segment.replace("{x}", "%252e").replace("{y}", "")}`,
    });
  });

  it("an address with its places filled in is read by who sends it as it is shown", () => {
    const dots = fc.string({ unit: fc.constantFrom(".", "%", "2", "e", "E", "/", "\\", "a"), maxLength: 6 });
    fc.assert(
      fc.property(
        fc.constantFrom("%2e{x}", "{x}%2e", ".{x}", "{x}.", "{x}{y}", "%2E{x}{y}"),
        dots,
        dots,
        (part, x, y) => {
          const filled = fillAddress(address(`https://h.example/a/${part}/c`), given({ x, y }));
          if (filled.ok) expect(new URL(filled.value).href).toBe(filled.value);
        },
      ),
    );
  });

  it("an address takes the key, what the call answered and arguments with dots in their names", () => {
    const filled = fillAddress(address("https://crm.example.com/{$key}/{$output/a~1b}/{$arg/x.y}/{a.b}"), {
      ...given({ "x.y": 1, a: { b: false } }),
      $output: (pointer) => valueAt({ "a/b": "o" }, pointer),
      $key: "k1",
    });
    expect(filled).toEqual({ ok: true, value: "https://crm.example.com/k1/o/1/false" });
  });
});

describe("an address as it is written", () => {
  it("an address keeps the sign of a query value that is empty, and none where it has none", () => {
    const filled = fillAddress(address("https://h.example/a?flag=&bare&x={x}"), given({ x: 1 }));
    expect(filled).toEqual({ ok: true, value: "https://h.example/a?flag=&bare&x=1" });
  });

  it.each(["%{x}", "%2{x}", "%2e%2{x}"])(
    "an address has no place whose value would finish an escape, as in %s",
    (path) => {
      const refused = readAddress(`https://h.example/a/${path}`);
      expect(refused).toMatchObject({ ok: false, refusal: expect.stringContaining("a place behind %") });
      expect(readAddress("https://h.example/a/%20{x}")).toMatchObject({ ok: true });
    },
  );
});

describe("a body with its places filled in", () => {
  const fill = (template: Json, sources: Sources) => fillTemplate(template, sources);

  it("a body with its places filled in has the values with their types, and leaves out what was not given", () => {
    const template = {
      a: { $arg: "/n" },
      b: { $arg: "/none" },
      c: [{ $arg: "/list" }, { $arg: "/none" }],
      d: "{n} $arg",
    };
    const filled = fill(template, given({ n: 5, list: [null] }));
    expect(filled).toEqual({ ok: true, value: { a: 5, c: [[null]], d: "{n} $arg" } });
  });

  it("a body never has places looked for in what was filled in", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const held = value as Json;
        expect(fill({ a: { $arg: "/x" }, b: { $literal: held } }, given({ x: held }))).toEqual({
          ok: true,
          value: { a: held, b: held },
        });
      }),
    );
  });

  it("a body has null where nothing stood, and is refused where the output lacks what it needs", () => {
    const sources: Sources = { ...given({}), $old: () => undefined, $output: () => undefined };
    expect(fill({ a: { $old: "/x" } }, sources)).toEqual({ ok: true, value: { a: null } });
    expect(fill({ a: { $output: "/x" } }, sources)).toEqual({
      ok: false,
      refusal: "the value of the call's output /x is not known",
    });
    expect(fill({ a: { $old: "/x" } }, given({}))).toMatchObject({ ok: false });
  });
});

describe("an answer's status", () => {
  const binding = { no_effect_statuses: [404, 409] };

  it("an answer's status says committed for 2xx, rejected where the contract says so, and nothing else for certain", () => {
    const kinds = Array.from({ length: 500 }, (_, index) => outcomeOfStatus(binding, index + 100));
    const of = (kind: string) => kinds.flatMap((each, index) => (each === kind ? [index + 100] : []));
    expect(of("committed")).toEqual(Array.from({ length: 100 }, (_, index) => index + 200));
    expect(of("rejected")).toEqual([404, 409]);
    expect(of("indeterminate")).toHaveLength(398);
  });
});
