import fc from "fast-check";
import { expect, it } from "vitest";
import { lostPlaces } from "../../../shared/plan/lost-places.ts";
import { mendJson } from "../../../shared/plan/mend-json.ts";

const lostOf = (text: string): string[] => {
  const said: unknown = JSON.parse(text);
  return lostPlaces(said, mendJson(said, 1_000).value);
};

it.each([
  [
    "a field that is left out",
    '{"a":{"__proto__":1,"b":2},"c":[{"__proto__":{}}]}',
    ["/a/__proto__", "/c/0/__proto__"],
  ],
  ["a field whose name is another's", '{"\\ud800":1,"\\ud801":2}', ["/\ud801"]],
  ["a number beyond all there are", '{"n":[1,1e400]}', ["/n/1"]],
  ["a text that was cut", `{"t":"${"x".repeat(2_000)}"}`, ["/t"]],
  ["half a character", '{"t":"\\ud800"}', []],
  ["no number at all, for nothing is", '{"t":-0}', []],
])("a place is lost where it holds %s", (_, text, places) => {
  expect(lostOf(text)).toEqual(places);
});

it("a list of which items were cut is lost itself", () => {
  expect(lostOf(`{"l":[${Array(2_000).fill(1).join(",")}]}`)).toContain("/l");
});

it("nothing is lost of what is kept as it was, and something of what was cut", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (said) => {
      const { value, cut } = mendJson(said, 100);
      expect(lostPlaces(said, value).length > 0).toBe(cut !== null);
    }),
  );
});
