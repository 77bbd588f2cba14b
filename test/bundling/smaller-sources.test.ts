import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build, type Plugin } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refuseToDescribe, smallerSources, withoutToJsonSchema } from "../../bundling/smaller-sources.ts";
import { projectPaths, readFiles } from "../../checks/project-files.ts";

const run = promisify(execFile);
const nodePaths = [join(import.meta.dirname, "../../node_modules")];

/** A format as a method of a text's schema, in the words of zod. */
const FORMAT =
  /z\s*\.string\(\)(?:\s*\.\w+\([^()]*\))*\s*\.(?:email|url|jwt|emoji|guid|uuid\w*|nanoid|cuid2?|ulid|base64\w*|xid|ksuid|ipv[46]|cidrv[46]|e164|datetime|date|time|duration)\(/;

it("no schema asks for a format by a method, which bundles leave out: z.email(), not z.string().email()", async () => {
  const sources = (await projectPaths()).filter((path) => /^(?:shared|functions|console)\/.*\.tsx?$/.test(path));
  const asking = (await readFiles(sources)).filter(({ text }) => FORMAT.test(text));
  expect(asking.map(({ path }) => path)).toEqual([]);
  expect(FORMAT.test("z.string().min(1).email()")).toBe(true);
});

describe("a source that describes a schema", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "buddy-bundle-"));
    await writeFile(
      join(folder, "source.ts"),
      `import { z } from "zod";
      const contact = z.strictObject({ name: z.string().max(20), tags: z.array(z.int()).optional() });
      console.log(JSON.stringify(z.toJSONSchema(contact, { io: "input" })));`,
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const bundled = async (plugins: readonly Plugin[]) => {
    const outfile = join(folder, `${crypto.randomUUID()}.mjs`);
    const { metafile } = await build({
      ...{ entryPoints: [join(folder, "source.ts")], outfile, bundle: true, format: "esm", platform: "node" },
      ...{ metafile: true, plugins: [...smallerSources, ...plugins], logLevel: "silent", nodePaths },
    });
    return { metafile, printed: run(process.execPath, [outfile]) };
  };

  it("a source that describes a schema says in a bundle what it says in the sources", async () => {
    const { printed } = await bundled([]);
    expect(JSON.parse((await printed).stdout)).toMatchObject({
      properties: { name: { type: "string", maxLength: 20 }, tags: { type: "array", items: { type: "integer" } } },
      required: ["name"],
    });
  });

  it("a source that describes a schema is refused where schemas cannot be described, by the names of source and bundle", async () => {
    const { metafile, printed } = await bundled([withoutToJsonSchema]);
    await expect(printed).rejects.toThrow(/TypeError/u);
    await expect(refuseToDescribe(metafile)).rejects.toThrow(/source\.ts describes schemas of zod.*\.mjs/u);
  });
});

describe("a source that calls a method which bundles leave out of zod", () => {
  it("a source that calls a method which bundles leave out of zod is refused by its name and the method's", async () => {
    const folder = await mkdtemp(join(tmpdir(), "buddy-bundle-"));
    try {
      await mkdir(join(folder, "shared"));
      const source = join(folder, "shared", "both.ts");
      await writeFile(
        source,
        `import { z } from "zod";
        console.log(z.object({ a: z.string() }).and(z.object({ b: z.string() })).safeParse({}).success);`,
      );
      const options = { bundle: true, write: false, plugins: [...smallerSources], nodePaths };
      const built = build({ entryPoints: [source], ...options, logLevel: "silent" });
      await expect(built).rejects.toThrow(/both\.ts calls "\.and\(", which bundles/u);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
