import { describe, expect, test } from "vitest";
import { checkTestNames } from "../../checks/test-names.ts";

const WITH = '; import { it, test } from "vitest";';
const faults = (text: string): string[] => checkTestNames([{ path: "test/a.test.ts", text: `${text}${WITH}` }]);

const LEANS = /^test\/a\.test\.ts:2: begin with the thing that is tested, as nobody reads the describe with it: "/;

describe("a test's name", () => {
  test.each([
    '  it("that is none is refused", () => {});',
    '  it.each(["Mock", "Live"])("and %s is refused", () => {});',
    'it.each<string>([])(\n  "but %s is refused", () => {});',
    "test(`or one is refused`, () => {});",
  ])("a test's name that goes on with words around it is refused: %s", (text) => {
    expect(faults(`\n${text}`)).toEqual([expect.stringMatching(/^test\/a\.test\.ts:[23]: begin with the thing/)]);
  });

  test.each(["is kept", "are two", "refuses it", "holds others back", "never ends", "may be %s"])(
    "a test's name that begins with a verb is refused, whose subject only a describe says: %s",
    (name) => {
      for (const call of [`it("${name}"`, `test.each([1])("${name}"`, `it.skip("${name}"`])
        expect(faults(`describe("a lock", () => {\n  ${call}, () => {});\n});`), call).toEqual([
          expect.stringMatching(LEANS),
        ]);
    },
  );

  test.each(["a lock that is none is refused", "calls of one agent are counted", "%s is refused", "LIVE ends"])(
    "a test's name that begins with its subject is taken: %s",
    (name) => {
      expect(faults(`it("${name}", () => {\n  expect("is").toBe("is kept");\n});`)).toEqual([]);
    },
  );

  test("a test's name is told of where another test of the file has it, and not where one of another file has", () => {
    const one = 'it("a lock is kept", () => {});';
    expect(faults(`${one}\n${one}`)).toEqual([
      'test/a.test.ts:2: say what sets it apart from the test above that has the same name: "a lock is kept"',
    ]);
    expect(checkTestNames(["a", "b"].map((name) => ({ path: `test/${name}.test.ts`, text: `${one}${WITH}` })))).toEqual(
      [],
    );
  });

  test("a text that is no test's name may begin as it likes", () => {
    expect(faults('describe("is kept", () => {});\nexpect("is kept", "is so").toBe("is kept");')).toEqual([]);
  });
});
