import { readFile } from "node:fs/promises";
import type { Metafile, Plugin } from "esbuild";
import { MODULES_OF_PAGES, UNUSED_METHODS, withoutUnusedByPages, withoutUnusedOf } from "./zod-parts.ts";

/**
 * zod's namespace holds the messages of fifty languages, 300 kB; every schema here says what is wrong in English, which
 * zod loads by another way.
 */
const withoutLocales: Plugin = {
  name: "without-locales",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ path, importer }) =>
      /[\\/]zod[\\/]v4[\\/]/.test(importer) ? { path, namespace: "without-locales" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "without-locales" }, () => ({ contents: "export {};" }));
  },
};

const CALLS_WHAT_IS_LEFT_OUT = new RegExp(`\\.(?:${UNUSED_METHODS.join("|")})\\(`);

/**
 * `import { z } from "zod"` is an object with everything in it, and esbuild keeps all of an object; of a module it keeps
 * what is used. The two are the same to the sources. `more`: what else is changed.
 */
const zodAsModule = (more: (source: string) => string): Plugin => ({
  name: "zod-as-module",
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/](?:shared|functions)[\\/].+\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const [called] = CALLS_WHAT_IS_LEFT_OUT.exec(source) ?? [];
      // It would fail when it first does so, and nothing would say so before.
      if (called !== undefined && source.includes('from "zod"'))
        throw new Error(`${path} calls "${called}", which bundles leave out of zod: change bundling/zod-parts.ts`);
      return { contents: more(source.replace('import { z } from "zod";', 'import * as z from "zod";')), loader: "ts" };
    });
  },
});

/** No schema here is made from a JSON Schema of somebody else's. */
const withoutFromJsonSchema: Plugin = {
  name: "without-from-json-schema",
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]classic[\\/]from-json-schema\.js$/ }, () => ({
      contents: "export const fromJSONSchema = undefined;",
    }));
  },
};

/**
 * Schemas that cannot be described, neither by a method of their own nor by `z.toJSONSchema`: for a bundle in which nobody
 * asks for that. `refuseToDescribe` tells of one in which somebody does.
 */
export const withoutToJsonSchema: Plugin = {
  name: "without-to-json-schema",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /(?:json-schema-processors|to-json-schema)\.js$/ }, ({ path, importer }) =>
      /[\\/]zod[\\/]v4[\\/]classic[\\/]schemas\.js$/.test(importer)
        ? { path, namespace: "describes-nothing" }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: "describes-nothing" }, () => ({
      contents:
        "export const createToJSONSchemaMethod = () => () => undefined, createStandardJSONSchemaMethod = createToJSONSchemaMethod;",
    }));
  },
};

/**
 * Of a build with `withoutToJsonSchema`: a source in it that describes a schema would fail when it first does so, and
 * nothing would say so before. Libraries are not looked at: the MCP client describes schemas of tools that it serves, and
 * serves none here.
 * @throws Error naming the bundles and the sources
 */
export const refuseToDescribe = async ({ outputs }: Metafile): Promise<void> => {
  for (const [bundle, { inputs }] of Object.entries(outputs)) {
    for (const [source, { bytesInOutput }] of Object.entries(inputs)) {
      if (bytesInOutput === 0 || source.includes("node_modules") || !/\.tsx?$/.test(source)) continue;
      if (!(await readFile(source, "utf8")).includes("toJSONSchema(")) continue;
      throw new Error(
        `${source} describes schemas of zod, which cannot be described in ${bundle}: bundle it with them`,
      );
    }
  }
};

/**
 * Zod without what is of no use to these sources: formats by the methods of a text's schema, and the count that it keeps of
 * values that hold themselves, which JSON does not. Not where a library has schemas of its own. `more`: what else is changed.
 * A release of zod that writes it otherwise stops the build, with words.
 */
export const smallerZod = (more: (text: string) => string = (text) => text): Plugin => ({
  name: "smaller-zod",
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]classic[\\/]schemas\.js$/ }, async ({ path }) => {
      return { contents: more(withoutUnusedOf(await readFile(path, "utf8"))) };
    });
  },
});

/** Of a page: the other modules of zod without what no page uses. @throws as above */
export const smallerZodOfPages: Plugin = {
  name: "smaller-zod-of-pages",
  setup: ({ onLoad }) => {
    onLoad(
      {
        filter: /[\\/]zod[\\/]v4[\\/](?:classic[\\/](?:errors|external|iso)|core[\\/]schemas|locales[\\/]en)\.js$/,
      },
      async ({ path }) => {
        const module = MODULES_OF_PAGES.find((each) => path.replaceAll("\\", "/").endsWith(each));
        if (module === undefined) return undefined;
        return { contents: withoutUnusedByPages(module, await readFile(path, "utf8")) };
      },
    );
  },
};

/**
 * The ladder's conditions in words, which documents print and no page does.
 * @throws Error where the table has none such, or is not among what is bundled: then it has moved
 */
export const withoutConditionsInWords: Plugin = {
  name: "without-conditions-in-words",
  setup: ({ onLoad, onEnd }) => {
    let found = false;
    onEnd(({ errors }) => {
      if (!found && errors.length === 0)
        throw new Error("the table of states is not bundled from where bundling/smaller-sources.ts looks for it");
    });
    onLoad({ filter: /[\\/]shared[\\/]execution[\\/]record[\\/]states\.ts$/ }, async ({ path }) => {
      found = true;
      const source = await readFile(path, "utf8");
      const contents = source.replaceAll(/^ {4}when:\s+".*",\n/gm, "");
      if (contents === source)
        throw new Error(`${path} says no conditions in words: change bundling/smaller-sources.ts`);
      return { contents, loader: "ts" };
    });
  },
};

/** Packages that do nothing when they are loaded, though they do not say so: who uses nothing of them gets nothing of them. */
const droppable: Plugin = {
  name: "droppable",
  setup: ({ onResolve, resolve }) => {
    onResolve({ filter: /^jstat$/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (pluginData === "droppable") return undefined;
      return { ...(await resolve(path, { kind, resolveDir, pluginData: "droppable" })), sideEffects: false };
    });
  },
};

/** Of every bundle of `shared/`: what nobody uses of its libraries stays out. `more`: what else is changed in its sources. */
export const smallerSourcesWith = (more: (source: string) => string): readonly Plugin[] => [
  zodAsModule(more),
  withoutLocales,
  withoutFromJsonSchema,
  droppable,
];
export const smallerSources: readonly Plugin[] = smallerSourcesWith((source) => source);
