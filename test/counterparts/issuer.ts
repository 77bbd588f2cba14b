import { createServer, type RequestListener } from "node:http";
import { type CryptoKey, exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";
import { listeningPort } from "./listening-port.ts";

export type Issuer = {
  readonly url: string;
  /** The key that its tokens are signed with. */
  readonly key: CryptoKey;
  /** Takes a public client that people may return to `redirect_uri` from, with tokens for `audience`. */
  register(client: {
    readonly client_id: string;
    readonly redirect_uri: string;
    readonly audience: string;
    readonly scopes: readonly string[];
  }): void;
  stop(): Promise<void>;
};

/**
 * An issuer on loopback by the certified OpenID provider `oidc-provider`: authorization code, PKCE wanted, pages on which
 * anybody signs in as anybody, tokens for a hundred seconds and none to renew them with.
 */
export const startIssuer = async (): Promise<Issuer> => {
  const { publicKey, privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  const signing = { ...(await exportJWK(privateKey)), alg: "EdDSA", use: "sig", kid: "of-the-test" };
  let answer: RequestListener = (_request, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${listeningPort(server)}`;
  return {
    url,
    key: publicKey,
    register: ({ client_id, redirect_uri, audience, scopes }) => {
      const provider = new Provider(url, {
        jwks: { keys: [signing] },
        clients: [
          {
            client_id,
            redirect_uris: [redirect_uri],
            response_types: ["code"],
            grant_types: ["authorization_code"],
            token_endpoint_auth_method: "none",
            id_token_signed_response_alg: "EdDSA",
          },
        ],
        enabledJWA: { idTokenSigningAlgValues: ["EdDSA"] },
        pkce: { required: () => true },
        cookies: { keys: ["a key of the test"] },
        scopes: ["openid", ...scopes],
        clientBasedCORS: () => true,
        findAccount: (_context, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
        features: {
          devInteractions: { enabled: true },
          resourceIndicators: {
            enabled: true,
            defaultResource: () => audience,
            useGrantedResource: () => true,
            getResourceServerInfo: () => ({
              audience,
              scope: scopes.join(" "),
              accessTokenFormat: "jwt",
              accessTokenTTL: 100,
              jwt: { sign: { alg: "EdDSA" } },
            }),
          },
        },
      });
      answer = provider.callback();
    },
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
};
