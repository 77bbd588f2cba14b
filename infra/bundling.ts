import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { z } from "zod";
import { writeConsole } from "../bundling/console.ts";
import { refuseToDescribe, smallerSources, smallerZod, withoutToJsonSchema } from "../bundling/smaller-sources.ts";

/**
 * How handlers become one file each, for the stack and for everything that measures what the stack deploys. The SDK is
 * bundled: the version that was tested runs, and it starts faster than the one in the runtime.
 */
const common = {
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  outExtension: { ".js": ".mjs" },
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  mainFields: ["module", "main"],
  conditions: ["module"],
  /** CommonJS dependencies call `require`, which an ES module does not have. The alias keeps clear of their own imports. */
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  /** A handler that awaits while it loads is refused: loading must not depend on anything outside. */
  supported: { "top-level-await": false },
  logLevel: "silent",
} satisfies BuildOptions;

/**
 * The SDK describes every operation of a service in one module. The descriptions have computed keys, which for all
 * esbuild knows could do something, so that it would keep those of operations nobody calls.
 */
const onlyCalledOperations: Plugin = {
  name: "only-called-operations",
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]@aws-sdk[\\/].+[\\/]schemas_\d+\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll(
        /^((?:export )?var [\w$]+ = )(\[.*\]|\[[\s\S]*?^\]);$/gm,
        "$1/* @__PURE__ */ (() => $2)();",
      ),
    }));
  },
};

/** A function's credentials are in its environment: no profile, no SSO and no metadata service is ever asked. */
const credentialsFromEnvironment: Plugin = {
  name: "credentials-from-environment",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ path, resolveDir }) => ({
      path,
      namespace: "credentials-from-environment",
      pluginData: resolveDir,
    }));
    onLoad({ filter: /.*/, namespace: "credentials-from-environment" }, ({ pluginData }) => ({
      contents: 'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";',
      resolveDir: pluginData,
    }));
  },
};

/** The SDK tells services its version, for which a client carries the whole description of its package. */
const versionOfPackages: Plugin = {
  name: "version-of-packages",
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]node_modules[\\/]@aws-sdk[\\/].+[\\/]package\.json$/ }, async ({ path }) => {
      const { name, version } = z
        .object({ name: z.string(), version: z.string() })
        .parse(JSON.parse(await readFile(path, "utf8")));
      return { contents: JSON.stringify({ name, version }), loader: "json" };
    });
  },
};

/** No operation that a function asks for answers in a stream of events. */
const withoutEventStreams: Plugin = {
  name: "without-event-streams",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ path, kind }) =>
      kind === "dynamic-import" ? { path, namespace: "without-event-streams" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "without-event-streams" }, () => ({ contents: "export {};" }));
  },
};

/** Of every bundle, in the folder of its name; exports `handler`. */
export const bundleFile = "index.mjs";

/** Those that import a library when a tool or a caller first needs it, or in code that they never come to. */
const IN_PARTS: readonly string[] = [
  "DryRun",
  "Live",
  "RollBack",
  "Try",
  "Call",
  "Mcp",
  "Act",
  "Slack",
  "Sweep",
  "Read",
];

/** Those that describe schemas to whoever asks: the API's document, and the tools of the door. */
const DESCRIBING: readonly string[] = ["Read", "Mcp"];

/** Of those in parts the ones that carry no library with schemas of its own. */
const OWN_SCHEMAS_ALONE: readonly string[] = ["Read"];

const plugins = [
  ...smallerSources,
  onlyCalledOperations,
  credentialsFromEnvironment,
  versionOfPackages,
  withoutEventStreams,
];

/**
 * Bundles handlers; beside the one that serves the console, its files. `entries`: paths of their sources by name; each
 * becomes `<outdir>/<name>/index.mjs`, and beside it lie the parts that this imports, at once or when it needs them.
 * @throws esbuild's BuildFailure, naming every error
 */
export const bundleHandlers = async (entries: Readonly<Record<string, string>>, outdir: string): Promise<void> => {
  const chosen = (take: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(entries).filter(([name]) => !IN_PARTS.includes(name) && take(name)));
  const describes = (name: string): boolean => DESCRIBING.includes(name);
  const others = chosen((name) => !describes(name));
  await refuseToDescribe(await bundleWhole(others, outdir, [withoutToJsonSchema]));
  await bundleWhole(chosen(describes), outdir, []);
  for (const [name, entry] of Object.entries(entries)) {
    if (!IN_PARTS.includes(name)) continue;
    const more = OWN_SCHEMAS_ALONE.includes(name) ? [smallerZod()] : [];
    await bundleInParts(entry, join(outdir, name), describes(name), more);
  }
  if ("Console" in entries) await writeConsole(join(outdir, "Console", "console"));
};

/** Handlers that are one file each. @throws as above, and where one would describe what it cannot */
const bundleWhole = async (
  entries: Readonly<Record<string, string>>,
  outdir: string,
  more: readonly Plugin[],
): Promise<Metafile> => {
  const entryPoints = Object.entries(entries).map(([name, entry]) => ({ in: entry, out: join(name, "index") }));
  const bundled = [...plugins, ...more, smallerZod()];
  return (await build({ ...common, entryPoints, outdir, plugins: bundled, metafile: true })).metafile;
};

/** One after the other and each for itself: of handlers that are split together, one has parts of another's. */
const bundleInParts = async (
  entry: string,
  outdir: string,
  describes: boolean,
  more: readonly Plugin[],
): Promise<void> => {
  const entryPoints = [{ in: entry, out: "index" }];
  const bundled = [...plugins, ...(describes ? [] : [withoutToJsonSchema]), ...more];
  const parts = { splitting: true, chunkNames: "[name]-[hash]", plugins: bundled };
  const built = await build({ ...common, ...parts, ...{ entryPoints, outdir, metafile: true, write: false } });
  if (!describes) await refuseToDescribe(built.metafile);
  const used = imported(built.metafile.outputs, relative(process.cwd(), join(outdir, bundleFile)));
  await mkdir(outdir, { recursive: true });
  for (const { path, contents } of built.outputFiles) {
    if (used.has(relative(process.cwd(), path).replace(/\.map$/, ""))) await writeFile(path, contents);
  }
};

/** The file and those that it imports in any way. A part is also made of an import that nobody can come to. */
const imported = (outputs: Metafile["outputs"], first: string): ReadonlySet<string> => {
  const found = new Set([first]);
  for (const path of found) for (const { path: next } of outputs[path]?.imports ?? []) found.add(next);
  return found;
};
