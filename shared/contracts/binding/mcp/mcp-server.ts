import { z } from "zod";
import { auth, headerName, headerText, secretName } from "../auth.ts";

export const serverName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "must be a server's name: small letters, digits, - and _, 64 at most");

const word = z.string().regex(/^[^\p{Cc}]{1,1024}$/u, "must be text in one line, 1 to 1024 characters");

/**
 * The kinds that agents may read of a server beside its tools, and the permissions that an agent needs for that. Nothing
 * unless it is said: people review each tool of a server, and nobody each of these.
 */
const passesOn = z.strictObject({
  prompts: z.boolean().default(false),
  resources: z.boolean().default(false),
  required_permissions: z.array(z.string()).default([]),
});
const passes_on = passesOn.exactOptional();

/** A server that is reached over Streamable HTTP. */
const httpServer = z.strictObject({
  kind: z.literal("http"),
  server: serverName,
  url: z.string().max(2048),
  auth: auth.exactOptional(),
  headers: z.record(headerName, z.union([headerText, z.strictObject({ secret: secretName })])).default({}),
  passes_on,
});

/**
 * A program that is run on this machine and spoken to over its stdin and stdout. Its environment holds what any program
 * needs to start, and secrets: nothing of Buddy's own.
 */
const stdioServer = z.strictObject({
  kind: z.literal("stdio"),
  server: serverName,
  command: word,
  args: z.array(word).max(50).default([]),
  /** Name of a variable, and the secret that is its value. */
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "must be the name of a variable"), secretName)
    .default({}),
  passes_on,
});

/** An MCP server as contracts name it. */
export const mcpServer = z.discriminatedUnion("kind", [httpServer, stdioServer], {
  error: 'must be "http" (Streamable HTTP) or "stdio" (a program on this machine)',
});
export type McpServer = z.infer<typeof mcpServer>;
export type HttpMcpServer = Extract<McpServer, { kind: "http" }>;
export type StdioMcpServer = Extract<McpServer, { kind: "stdio" }>;

const quotedWord = (text: string): string => (/^[\w@%+:,./=-]+$/.test(text) ? text : JSON.stringify(text));

/**
 * A program with everything that decides what it does, as an operator allows it: `GITHUB_TOKEN={github} npx -y server`.
 * Two that differ in anything are never written alike.
 */
export const commandLine = ({ command, args, env }: StdioMcpServer): string => {
  const variables = Object.entries(env)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, secret]) => `${name}={${secret}}`);
  return [...variables, ...[command, ...args].map(quotedWord)].join(" ");
};
