import { expect, it } from "vitest";
import { projectPaths, readFiles } from "../../checks/project-files.ts";

/** A format as a method of a text's schema, in the words of zod. */
const FORMAT =
  /z\s*\.string\(\)(?:\s*\.\w+\([^()]*\))*\s*\.(?:email|url|jwt|emoji|guid|uuid\w*|nanoid|cuid2?|ulid|base64\w*|xid|ksuid|ipv[46]|cidrv[46]|e164|datetime|date|time|duration)\(/;

it("no schema asks for a format by a method, which bundles leave out: z.email(), not z.string().email()", async () => {
  const sources = (await projectPaths()).filter((path) => /^(?:shared|functions|console)\/.*\.tsx?$/.test(path));
  const asking = (await readFiles(sources)).filter(({ text }) => FORMAT.test(text));
  expect(asking.map(({ path }) => path)).toEqual([]);
  expect(FORMAT.test("z.string().min(1).email()")).toBe(true);
});
