import { createHash } from "node:crypto";

/** The compressed forms that a file is sent in, the smallest first. */
export const ENCODINGS = ["br", "gzip"] as const;
export type Encoding = (typeof ENCODINGS)[number];

type Encoded = { readonly [Each in Encoding]?: Uint8Array<ArrayBuffer> };

/** A file of the console as it is sent. `name` is `index.html`, or of an asset, which changes when its content does. */
export type ConsoleFile = {
  readonly name: string;
  readonly content_type: string;
  readonly content: Uint8Array<ArrayBuffer>;
  /** The same content compressed, made once, when the console is built. */
  readonly encoded: Encoded;
  /** Names the content, for a browser that has it. */
  readonly digest: string;
};

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** A file with its type, by the end of its name. @throws Error for an end that nobody said anything about */
export const consoleFile = (name: string, content: Uint8Array, encoded: Encoded): ConsoleFile => {
  const content_type = TYPES[name.slice(name.lastIndexOf(".") + 1)];
  if (content_type === undefined) throw new Error(`nobody said what ${name} is to a browser`);
  const digest = createHash("sha256").update(content).digest("hex").slice(0, 16);
  return { name, content_type, content: new Uint8Array(content), encoded, digest };
};
