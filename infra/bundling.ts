import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { writeConsole } from "../bundling/console.ts";
import { smallerSources } from "../bundling/smaller-sources.ts";

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

/** Of every bundle, in the folder of its name; exports `handler`. */
export const bundleFile = "index.mjs";

/**
 * Bundles handlers, all at once; beside the one that serves the console, its files. `entries`: paths of their sources by name; each becomes `<outdir>/<name>/index.mjs`.
 * @throws esbuild's BuildFailure, naming every error
 */
export const bundleHandlers = async (
  entries: Readonly<Record<string, string>>,
  outdir: string,
): Promise<{ readonly metafile: { readonly inputs: Readonly<Record<string, unknown>> } }> => {
  const built = await build({
    ...common,
    entryPoints: Object.entries(entries).map(([name, entry]) => ({ in: entry, out: join(name, "index") })),
    outdir,
    metafile: true,
    plugins: [...smallerSources, onlyCalledOperations, credentialsFromEnvironment],
  });
  if ("Console" in entries) await writeConsole(join(outdir, "Console", "console"));
  return built;
};
