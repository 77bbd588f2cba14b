import type { Context, Hono } from "hono";
import { accepts } from "hono/accepts";
import { refuseWith } from "../http/send.ts";
import type { ConsoleConfig } from "./console-config.ts";
import { type ConsoleFile, ENCODINGS, type Encoding } from "./console-file.ts";

export type ServedConsole = {
  /** Made when it is first asked for. */
  readonly files: () => Promise<readonly ConsoleFile[]>;
  readonly config: ConsoleConfig;
};

const PAGE = "index.html";
const A_YEAR = "public, max-age=31536000, immutable";

/**
 * Serves the console under `/console`: its files, and how one signs in. Every other path there is a place in the page.
 * It needs no token, holds nothing of anybody's, and may do in a browser no more than ask this API.
 */
export const serveConsole = (app: Hono, { files, config }: ServedConsole): void => {
  const headers = protection(config);
  const send = async (c: Context, name: string, cache: string): Promise<Response> => {
    const file = (await files()).find((each) => each.name === name);
    if (file === undefined) return refuseWith(c, "not-found", `the console has no file ${name}: load the page again`);
    const encoding = encodingFor(c);
    const encoded = encoding && file.encoded[encoding];
    const form = encoded === undefined ? undefined : encoding;
    // Each form is a content of its own.
    const etag = `"${file.digest}${form === undefined ? "" : `-${form}`}"`;
    const known = { etag, vary: "accept-encoding", "cache-control": cache, ...headers };
    if (isKnown(c, etag)) return c.body(null, 304, known);
    const sent = { ...known, ...(form === undefined ? {} : { "content-encoding": form }) };
    return c.body(encoded ?? file.content, 200, { "content-type": file.content_type, ...sent });
  };
  app.get("/console/config.json", (c) => c.json(config, 200, headers));
  app.get("/console/assets/:name", (c) => send(c, c.req.param("name"), A_YEAR));
  app.get("/console", (c) => send(c, PAGE, "no-cache"));
  app.get("/console/*", (c) => send(c, PAGE, "no-cache"));
};

/** The smallest form that a browser wants no less than another. */
const encodingFor = (c: Context): Encoding | undefined => {
  const named = accepts(c, {
    header: "Accept-Encoding",
    supports: [...ENCODINGS],
    default: "identity",
    match: (accepted) => {
      const wanted = (name: string): number => accepted.find(({ type }) => type.toLowerCase() === name)?.q ?? 0;
      const best = Math.max(...ENCODINGS.map(wanted));
      return ENCODINGS.find((each) => best > 0 && wanted(each) === best) ?? "identity";
    },
  });
  return ENCODINGS.find((each) => each === named);
};

/** Whether a browser says that it has just this; a weak mark is one that a proxy made of ours. */
const isKnown = (c: Context, etag: string): boolean =>
  (c.req.header("if-none-match") ?? "").split(",").some((each) => each.trim().replace(/^W\//, "") === etag);

/** Headers that hold the page, in a browser, to its own files and its own server. Where an issuer signs people in, its address is the one other that may be asked. */
const protection = ({ sign_in }: ConsoleConfig): Record<string, string> => {
  const issuer = sign_in.kind === "code" ? ` ${new URL(sign_in.token_url).origin}` : "";
  return {
    "content-security-policy": [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      `connect-src 'self'${issuer}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join("; "),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
  };
};
