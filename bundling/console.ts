import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { build, type OutputFile, type Plugin, stop } from "esbuild";
import { type ConsoleFile, consoleFile } from "../functions/api/console/console-file.ts";
import { storeFiles } from "../functions/api/console/stored-files.ts";
import {
  refuseToDescribe,
  smallerSourcesWith,
  smallerZod,
  smallerZodOfPages,
  withoutConditionsInWords,
  withoutToJsonSchema,
} from "./smaller-sources.ts";
import { withoutFunctionsOfText } from "./zod-parts.ts";

const folder = fileURLToPath(new URL("../console", import.meta.url));
const OUT = join(folder, "out");

/** A name that Node gives to everybody: imported where it is used, a library that is wrapped has no part in it. */
const withBuffer = (source: string): string =>
  /\bBuffer\b/.test(source)
    ? `import { Buffer } from ${JSON.stringify(join(folder, "node", "buffer.ts"))};\n${source}`
    : source;

/**
 * `h(type, props, ...children)` for each element. The way by `jsx(type, { ...props, children: [...] })` names them each time,
 * which is 2 % of the code.
 */
const elementsByPreact: Plugin = {
  name: "elements-by-preact",
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]console[\\/].+\.tsx$/ }, async ({ path }) => ({
      contents: `import { Fragment as FragmentOf, h as elementOf } from "preact";${await readFile(path, "utf8")}`,
      loader: "tsx",
    }));
  },
};

/**
 * The console as the files that are served: code and style under names that change with what they hold, and the page
 * that names them. Nothing is written anywhere. @throws esbuild's BuildFailure, naming every error
 */
export const bundleConsole = async (): Promise<ConsoleFile[]> => {
  const { outputFiles, metafile } = await build({
    entryPoints: ["main.tsx", "style/main.css", "style/icon.svg"].map((file) => join(folder, file)),
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    outdir: OUT,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    // Those that every browser of the last two years is.
    target: ["es2022", "chrome115", "firefox115", "safari16.4"],
    tsconfigRaw: { compilerOptions: { jsx: "react", jsxFactory: "elementOf", jsxFragmentFactory: "FragmentOf" } },
    loader: { ".svg": "copy" },
    minify: true,
    legalComments: "none",
    write: false,
    logLevel: "silent",
    // The parts of Node that `shared/` uses, so that what verifies there verifies here; see `withBuffer` too.
    alias: { "node:crypto": join(folder, "node", "crypto.ts") },
    plugins: [
      elementsByPreact,
      withoutConditionsInWords,
      ...smallerSourcesWith(withBuffer),
      withoutToJsonSchema,
      smallerZod(withoutFunctionsOfText),
      smallerZodOfPages,
    ],
    metafile: true,
  });
  await refuseToDescribe(metafile);
  // The bundler is a process of its own, which nobody needs any more.
  await stop();
  const assets = await Promise.all(outputFiles.map(assetOf));
  return [...assets, await pageOf(assets)];
};

const compressed = { br: promisify(brotliCompress), gzip: promisify(gzip) };

const fileOf = async (name: string, content: Uint8Array): Promise<ConsoleFile> => {
  const [br, zipped] = await Promise.all([compressed.br(content), compressed.gzip(content)]);
  return consoleFile(name, content, { br: new Uint8Array(br), gzip: new Uint8Array(zipped) });
};

const assetOf = ({ path, contents }: OutputFile): Promise<ConsoleFile> => fileOf(relative(OUT, path), contents);

const pageOf = (assets: readonly ConsoleFile[]): Promise<ConsoleFile> => {
  const path = (begin: string, end: string): string => {
    const found = assets.find(({ name }) => name.startsWith(`${begin}-`) && name.endsWith(end));
    if (found === undefined) throw new Error(`the bundle has no ${begin}${end}`);
    return `/console/assets/${found.name}`;
  };
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Buddy</title>
<link rel="icon" href="${path("icon", ".svg")}" type="image/svg+xml">
<link rel="stylesheet" href="${path("main", ".css")}">
<script type="module" src="${path("main", ".js")}"></script>
</head>
<body>
<div id="console"></div>
<noscript>Turn JavaScript on, or type buddy --help.</noscript>
</body>
</html>
`;
  return fileOf("index.html", new TextEncoder().encode(html));
};

/** Writes the files into a folder, for `storedFiles` to read. */
export const writeConsole = async (folder: string): Promise<void> => storeFiles(folder, await bundleConsole());
