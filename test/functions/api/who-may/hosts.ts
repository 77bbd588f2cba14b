import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LambdaContext } from "hono/aws-lambda";
import { allEndpoints } from "../../../../functions/api/endpoints.ts";
import { identifyByClaims } from "../../../../functions/api/http/claims.ts";
import type { Group } from "../../../../functions/api/http/endpoint.ts";
import { inBytes } from "../../../../functions/api/http/in-bytes.ts";
import { createRouter } from "../../../../functions/api/router.ts";
import { routes } from "../../../../infra/routes.ts";
import { startServer } from "../../../../local/server.ts";
import { mintToken } from "../../../../local/tokens.ts";
import { WORK_SCOPE } from "../../../../shared/scopes.ts";
import { harness } from "../harness.ts";
import { CALLERS, type Kind } from "./callers.ts";

export type Asked = { readonly kind: Kind; readonly method: string; readonly route: string; readonly id: string };

export type Answered = { readonly status: number; readonly body: unknown };

export type Host = {
  readonly ask: (asked: Asked, body: unknown) => Promise<Answered>;
  readonly stop: () => Promise<void>;
};

/** `/executions/{id}` with the execution in question; every other place holds something that is not there. */
const pathOf = ({ route, id }: Asked): string =>
  route.replaceAll(/\{(\w+)\}/g, (_all, name: string) => (name === "id" ? id : "nothing"));

const bodyOf = ({ method }: Asked, body: unknown): { body?: string } =>
  method === "GET" ? {} : { body: JSON.stringify(body) };

/** The server of one machine, over its socket, with tokens of its own key. */
export const oneMachine = async (): Promise<Host> => {
  const data_dir = await mkdtemp(join(tmpdir(), "buddy-who-"));
  const server = await startServer({ data_dir, port: 0, registry_open: true, live_enabled: false });
  return {
    ask: async (asked, body) => {
      const { scopes } = CALLERS[asked.kind];
      const token =
        scopes === null ? undefined : await mintToken(data_dir, { name: asked.kind, scopes, now: new Date() });
      const response = await fetch(`${server.url}${pathOf(asked)}`, {
        method: asked.method,
        headers: {
          "content-type": "application/json",
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...bodyOf(asked, body),
      });
      const text = await response.text();
      return { status: response.status, body: text === "" ? null : JSON.parse(text) };
    },
    stop: async () => {
      await server.stop();
      await rm(data_dir, { recursive: true, force: true });
    },
  };
};

const GROUPS: readonly Group[] = ["read", "submit", "call", "act", "administer", "try", "work", "mcp"];

/**
 * The functions, as API Gateway calls them: with the claims of a token that its authorizer has verified.
 * @param gateway whether API Gateway's own comparison of scopes stands before them
 */
export const deployed = async (gateway: boolean): Promise<Host> => {
  const { deps } = await harness();
  const functions = new Map(
    GROUPS.map((group) => {
      const serves = () => allEndpoints(deps).filter((each) => each.group === group);
      return [group, inBytes(createRouter(deps, { identify: identifyByClaims("buddy/"), serves }))] as const;
    }),
  );
  const groupOf = new Map(allEndpoints(deps).map(({ method, path, group }) => [`${method} ${path}`, group]));
  return {
    ask: async (asked, body) => {
      const { scopes } = CALLERS[asked.kind];
      const known = routes.find(({ method, path }) => method === asked.method && path === asked.route);
      if (gateway && known !== undefined && known.scopes.length > 0) {
        if (scopes === null) return { status: 401, body: null };
        if (!known.scopes.some((each) => new Set<string>(scopes).has(each === WORK_SCOPE ? "work:crm" : each)))
          return { status: 403, body: null };
      }
      const answer = functions.get(groupOf.get(`${asked.method} ${asked.route}`) ?? "read");
      if (answer === undefined) throw new Error(`no function answers ${asked.method} ${asked.route}`);
      const path = pathOf(asked);
      const claims = scopes === null ? {} : { sub: asked.kind, scope: scopes.map((each) => `buddy/${each}`).join(" ") };
      const context = { accountId: "1", apiId: "a", domainName: "d", domainPrefix: "d", requestId: "r", routeKey: "k" };
      const http = { method: asked.method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" };
      const event = {
        version: "2.0",
        routeKey: `${asked.method} ${asked.route}`,
        rawPath: path,
        rawQueryString: "",
        headers: { "content-type": "application/json" },
        isBase64Encoded: false,
        ...bodyOf(asked, body),
        requestContext: {
          ...context,
          stage: "$default",
          time: "31/Jan/2026:12:00:00 +0000",
          timeEpoch: 0,
          http,
          ...(scopes === null ? {} : { authorizer: { jwt: { claims, scopes: null } } }),
        },
      };
      const response = await answer(event as unknown as Parameters<typeof answer>[0], {} as LambdaContext);
      const text = Buffer.from(response.body, response.isBase64Encoded ? "base64" : "utf8").toString();
      return { status: response.statusCode, body: text === "" ? null : JSON.parse(text) };
    },
    stop: async () => {},
  };
};
