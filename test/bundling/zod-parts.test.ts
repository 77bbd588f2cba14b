import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  MODULES_OF_PAGES,
  UNUSED_METHODS,
  withoutFunctionsOfText,
  withoutUnusedByPages,
  withoutUnusedOf,
} from "../../bundling/zod-parts.ts";

const zod = join(dirname(createRequire(import.meta.url).resolve("zod/package.json")), "v4");
const source = readFileSync(join(zod, "classic/schemas.js"), "utf8");

describe("zod without what no page needs", () => {
  it("zod without what no page needs turns no schema into a function, and keeps no schema of a format that is not named", () => {
    const left = withoutFunctionsOfText(withoutUnusedOf(source));
    expect(left).not.toMatch(/ZodObjectJIT|core\.memoizer\(\)|processJSONSchema = /u);
    expect(left.length).toBeLessThan(source.length);
  });

  it("zod without what no page needs has no method left that nobody here calls, and those that are called whole", () => {
    const left = withoutUnusedOf(source);
    const methodsOf = (text: string) =>
      new Set([...text.matchAll(/^ {4}(?:async )?(\w+)(?:: [^(\n]*)?\(.*\{$/gmu)].map(([, name]) => name));
    const gone = [...methodsOf(source)].filter((name) => !methodsOf(left).has(name));
    expect(gone).toEqual(expect.arrayContaining([...UNUSED_METHODS]));
    for (const called of [
      "check",
      "clone",
      "refine",
      "optional",
      "nullable",
      "transform",
      "default",
      "pipe",
      "parse",
      "safeParse",
      "min",
      "max",
      "extend",
      "pick",
      "omit",
      "partial",
    ]) {
      expect(methodsOf(left)).toContain(called);
    }
  });

  it.each(["core.$ZodObjectJIT.init", "memoizer: core.memoizer()", "return this.check(core._"])(
    "zod without the parts that no page needs is refused in words for a release that does not write %o",
    (part) => {
      expect(() => withoutFunctionsOfText(withoutUnusedOf(source.replaceAll(part, "somethingElse")))).toThrow(
        /zod's classic\/schemas\.js has 0 of .*bundling\/zod-parts\.ts/u,
      );
    },
  );

  it.each(MODULES_OF_PAGES)(
    "zod without what no page needs has less of %s, and is not made of a release that writes it otherwise",
    (module) => {
      const whole = readFileSync(join(zod, module), "utf8");
      expect(withoutUnusedByPages(module, whole).length).toBeLessThan(whole.length);
      expect(() => withoutUnusedByPages(module, "export {};")).toThrow(`zod's ${module} has 0 of `);
    },
  );
});
