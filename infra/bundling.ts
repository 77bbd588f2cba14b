import type { BuildOptions } from "esbuild";

/**
 * How a handler becomes one file, for the stack and for everything that measures what the stack deploys. The SDK is
 * bundled: the version that was tested runs, and it starts faster than the one in the runtime.
 */
export const bundle = {
  target: "node24",
  format: "esm",
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  mainFields: ["module", "main"],
  /** CommonJS dependencies call `require`, which an ES module does not have. The alias keeps clear of their own imports. */
  banner: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  /** A handler that awaits while it loads is refused: loading must not depend on anything outside. */
  refused: "top-level-await",
  outfile: "index.mjs",
} as const;

/** The same for esbuild's own API. `entry` and `outfile` are paths. */
export const esbuildOptions = (entry: string, outfile: string) =>
  ({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: bundle.target,
    format: bundle.format,
    minify: bundle.minify,
    sourcemap: bundle.sourcemap,
    sourcesContent: bundle.sourcesContent,
    mainFields: [...bundle.mainFields],
    banner: { js: bundle.banner },
    supported: { [bundle.refused]: false },
    logLevel: "silent",
  }) satisfies BuildOptions;
