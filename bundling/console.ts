import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { build, type Plugin, stop } from "esbuild";
import { minify } from "oxc-minify";
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
  const files = outputFiles.map(({ path, contents }) => ({ name: relative(OUT, path), content: contents }));
  const assets = await Promise.all((await smaller(files)).map(({ name, content }) => fileOf(name, content)));
  return [...assets, await pageOf(assets)];
};

const compressed = { br: promisify(brotliCompress), gzip: promisify(gzip) };

const fileOf = async (name: string, content: Uint8Array): Promise<ConsoleFile> => {
  const [br, zipped] = await Promise.all([compressed.br(content), compressed.gzip(content)]);
  return consoleFile(name, content, { br: new Uint8Array(br), gzip: new Uint8Array(zipped) });
};

type Bundled = { readonly name: string; readonly content: Uint8Array };

/**
 * The code as a second minifier leaves it, 3 % less of it; esbuild has taken out what is not used, and put the rest into
 * parts. Their names follow: what they hold is no longer what esbuild named them by.
 * @throws Error when it finds the code wrong
 */
const smaller = async (files: readonly Bundled[]): Promise<Bundled[]> => {
  const code = await Promise.all(files.filter(({ name }) => name.endsWith(".js")).map(minified));
  const all = code.map(({ text }) => text).join("\0");
  const hashOf = (name: string): string =>
    createHash("sha256").update(name).update(all).digest("hex").slice(0, 8).toUpperCase();
  const renamed = new Map(code.map(({ name }) => [name, name.replace(/[^-]+(?=\.js$)/u, hashOf(name))]));
  const withNames = (text: string): string =>
    [...renamed].reduce((said, [before, now]) => said.replaceAll(before, now), text);
  return [
    ...files.filter(({ name }) => !name.endsWith(".js")),
    ...code.map(({ name, text }) => ({ name: withNames(name), content: new TextEncoder().encode(withNames(text)) })),
  ];
};

const minified = async ({ name, content }: Bundled): Promise<{ readonly name: string; readonly text: string }> => {
  const { code, errors } = await minify(name, new TextDecoder().decode(content), { module: true });
  if (errors.length > 0) throw new Error(`${name} could not be made smaller: ${errors[0]?.message}`);
  return { name, text: code };
};

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
