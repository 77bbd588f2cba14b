import type { Context, Hono } from "hono";
import { refuseWith } from "../http/send.ts";
import type { ConsoleConfig } from "./console-config.ts";
import type { ConsoleFile } from "./console-file.ts";

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
    return c.body(file.content, 200, { "content-type": file.content_type, "cache-control": cache, ...headers });
  };
  app.get("/console/config.json", (c) => c.json(config, 200, headers));
  app.get("/console/assets/:name", (c) => send(c, c.req.param("name"), A_YEAR));
  app.get("/console", (c) => send(c, PAGE, "no-cache"));
  app.get("/console/*", (c) => send(c, PAGE, "no-cache"));
};

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
