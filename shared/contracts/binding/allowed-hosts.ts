import { accept, type Result, refuse } from "../../plan/result.ts";

/** A host with its port, which is left out where it is 443: `crm.example.com`, `localhost:8443`, `[::1]:8443`. */
type Host = { readonly name: string; readonly port: string };

const split = (host: string): Host => {
  const found = /^(.*?)(?::(\d+))?$/.exec(host.startsWith("[") ? host.slice(host.indexOf("]") + 1) : host);
  const port = found?.[2] ?? "443";
  const name = found?.[2] === undefined ? host : host.slice(0, -found[2].length - 1);
  return { name, port };
};

/** How a host must be written, or why it is none. Names are lower case; a `*.` at its beginning is for patterns only. */
export const readHost = (text: string): Result<string, string> => {
  const url = `https://${text}/`;
  if (/[/?#@\s*{}]/.test(text) || !URL.canParse(url)) return refuse("is no host, such as crm.example.com");
  const { host } = new URL(url);
  return host === text ? accept(host) : refuse(`must be written as ${host}`);
};

/** Why a pattern of hosts is none, in words. `*.example.com` is every name below example.com, `*` every name. */
export const hostPatternFault = (pattern: string): string | undefined => {
  if (pattern === "*") return undefined;
  const read = readHost(pattern.startsWith("*.") ? pattern.slice(2) : pattern);
  return read.ok ? undefined : read.refusal;
};

/** Whether a deployment lets its tools reach a host. A pattern without a port means port 443. */
export const isAllowedHost = (host: string, patterns: readonly string[]): boolean => {
  const { name, port } = split(host);
  return patterns.some((pattern) => {
    const allowed = split(pattern);
    if (allowed.port !== port) return false;
    if (allowed.name === "*" || allowed.name === name) return true;
    return allowed.name.startsWith("*.") && name.endsWith(allowed.name.slice(1));
  });
};

/** This machine itself, by a name or an address that can mean nothing else. */
export const isLoopbackHost = (host: string): boolean => {
  const { name } = split(host);
  return name === "localhost" || name === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(name);
};
