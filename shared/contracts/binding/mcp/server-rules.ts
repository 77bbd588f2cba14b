import { json } from "../../../plan/json.ts";
import { pointerTo } from "../../../plan/json-pointer.ts";
import { MASK } from "../../../plan/mask.ts";
import { quoted } from "../../../plan/suggestion.ts";
import type { Violation } from "../../../plan/violation.ts";
import { isAllowedHost, isLoopbackHost, readHost } from "../allowed-hosts.ts";
import { headerFaults } from "../header-rules.ts";
import { literalCredentials } from "../literal-credentials.ts";
import type { UsedSecret } from "../used-secret.ts";
import { commandLine, type HttpMcpServer, type McpServer, type StdioMcpServer } from "./mcp-server.ts";

/** The servers that a deployment lets its tools speak to. */
export type ServerReach = {
  /** Patterns of hosts. */
  readonly allowed_hosts: readonly string[];
  /** Programs, each with its arguments and variables, as `commandLine` writes them; none where Buddy is deployed. */
  readonly allowed_commands: readonly string[];
};

/** The address of a server, and every host that it is reached with; in words why there is none. */
export const hostsOf = ({ url, auth }: Pick<HttpMcpServer, "url" | "auth">): string[] =>
  [url, ...(auth?.as === "client_credentials" ? [auth.token_url] : [])].flatMap((each) =>
    URL.canParse(each) ? [new URL(each).host] : [],
  );

/** Everything that keeps a server from ever being spoken to. */
export const serverFaults = (server: McpServer, reach: ServerReach): Violation[] => [
  ...(server.kind === "http" ? httpFaults(server, reach) : stdioFaults(server, reach)),
  ...literalCredentials(json.parse(server), "").map((found) => ({ ...found, rule: "server_credential" })),
];

/** Headers that the protocol writes. */
const OF_THE_PROTOCOL = ["accept", "content-type", "mcp-session-id", "mcp-protocol-version", "last-event-id"];

const httpFaults = ({ url, auth, headers }: HttpMcpServer, reach: ServerReach): Violation[] => [
  ...addressFaults("/url", url, reach),
  ...(auth?.as === "client_credentials" ? addressFaults("/auth/token_url", auth.token_url, reach) : []),
  ...headerFaults("", { headers, ...(auth === undefined ? {} : { auth }) }, OF_THE_PROTOCOL).map((fault) => ({
    ...fault,
    rule: "server_header",
  })),
];

const addressFaults = (path: string, address: string, { allowed_hosts }: ServerReach): Violation[] => {
  const fault = (rule: string, message: string): Violation[] => [{ path, rule, message }];
  if (!URL.canParse(address)) return fault("server_url", `${quoted(address)} is no address`);
  const { protocol, host, username, password, hash } = new URL(address);
  if (username !== "" || password !== "") return fault("server_url", "holds a name or password: name a secret in auth");
  if (hash !== "") return fault("server_url", "must have nothing after #");
  const read = readHost(host);
  if (!read.ok) return fault("server_url", `host ${quoted(host)} ${read.refusal}`);
  if (protocol !== "https:" && !(protocol === "http:" && isLoopbackHost(host))) {
    return fault("server_https", "must begin with https://; http:// is for this machine itself (localhost) only");
  }
  if (isAllowedHost(host, allowed_hosts)) return [];
  return fault(
    "server_allowed_hosts",
    `this deployment's tools may not reach ${quoted(host)}: an operator allows it (allowed_hosts; on one machine buddy start --allow-host ${host})`,
  );
};

const stdioFaults = (server: StdioMcpServer, { allowed_commands }: ServerReach): Violation[] => {
  const line = commandLine(server);
  if (allowed_commands.includes(line)) return [];
  const message = `this server does not run ${quoted(line)}: an operator allows exactly that (on one machine, buddy start --allow-stdio ${JSON.stringify(line)})`;
  return [{ path: "/command", rule: "server_allowed_commands", message }];
};

/** A server as readers see it: a credential that an earlier release took in clear is not shown, wherever it stands. */
export const shownServer = (server: McpServer): McpServer => {
  const written = new Set(literalCredentials(json.parse(server), "").map(({ path }) => path));
  if (server.kind === "stdio") {
    const args = server.args.map((each, index) => (written.has(pointerTo("/args", index)) ? MASK : each));
    return { ...server, args };
  }
  const address = (at: string, url: string): string => (written.has(at) ? url.replace(/\?.*$/s, `?${MASK}`) : url);
  const headers = Object.entries(server.headers).map(([name, text]) => [
    name,
    written.has(pointerTo("/headers", name)) ? MASK : text,
  ]);
  const { auth } = server;
  return {
    ...server,
    url: address("/url", server.url),
    ...(auth?.as === "client_credentials"
      ? { auth: { ...auth, token_url: address("/auth/token_url", auth.token_url) } }
      : {}),
    headers: Object.fromEntries(headers),
  };
};

/** Names of the secrets that a server is spoken to with, and where they stand. */
export const serverSecrets = (server: McpServer): Pick<UsedSecret, "name" | "path">[] => {
  if (server.kind === "stdio")
    return Object.entries(server.env).map(([name, secret]) => ({ name: secret, path: `/env/${name}` }));
  return [
    ...(server.auth === undefined ? [] : [{ name: server.auth.secret, path: "/auth/secret" }]),
    ...Object.entries(server.headers).flatMap(([name, value]) =>
      typeof value === "string" ? [] : [{ name: value.secret, path: `/headers/${name}` }],
    ),
  ];
};
