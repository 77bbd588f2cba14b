import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  UsernameExistsException,
} from "@aws-sdk/client-cognito-identity-provider";
import { z } from "zod";
import { SCOPES } from "../../shared/scopes.ts";
import { aws, type Deployment } from "./deployment.ts";

const REDIRECT = "http://localhost:7717/signed-in";
export const PASSWORD = "correct-Horse-9-battery";

/** Somebody with a token; `name` is what the API calls them: the token's subject. */
export type Person = { readonly token: string; readonly name: string };

const tokens = z.object({ access_token: z.string() });
const claims = z.object({ sub: z.string() });

const personOf = (access_token: string): Person => {
  const [, payload = ""] = access_token.split(".");
  const { sub } = claims.parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
  return { token: access_token, name: sub };
};

const scopes = (names: readonly string[]): string => names.map((name) => `buddy/${name}`).join(" ");

const exchange = async ({ sign_in }: Deployment, form: Record<string, string>, headers = {}): Promise<Person> => {
  const answer = await fetch(`${sign_in}/oauth2/token`, { method: "POST", headers, body: new URLSearchParams(form) });
  if (!answer.ok) throw new Error(`no token: ${answer.status} ${await answer.text()}`);
  return personOf(tokens.parse(await answer.json()).access_token);
};

/**
 * Signs somebody in as a browser does, through the page of the user pool: an administrator made the account, the
 * person gives the password, the code is exchanged for a token with the scopes that were asked for.
 */
export const signIn = async (at: Deployment, username: string, asked: readonly string[] = SCOPES): Promise<Person> => {
  const cognito = new CognitoIdentityProviderClient(aws(at));
  const account = { UserPoolId: at.user_pool, Username: username };
  try {
    await cognito.send(new AdminCreateUserCommand({ ...account, MessageAction: "SUPPRESS" }));
  } catch (error) {
    if (!(error instanceof UsernameExistsException)) throw error;
  }
  await cognito.send(new AdminSetUserPasswordCommand({ ...account, Password: PASSWORD, Permanent: true }));
  // An administrator says what somebody may do: a group is named by the scope.
  for (const GroupName of asked) await cognito.send(new AdminAddUserToGroupCommand({ ...account, GroupName }));
  const page = { client_id: at.people_client, response_type: "code", scope: scopes(asked), redirect_uri: REDIRECT };
  const form = new URLSearchParams({ ...page, username, password: PASSWORD });
  const signedIn = await fetch(`${at.sign_in}/login`, { method: "POST", body: form, redirect: "manual" });
  const code = URL.parse(signedIn.headers.get("location") ?? "")?.searchParams.get("code");
  if (code == null) throw new Error(`${username} was not signed in: ${signedIn.status}`);
  return exchange(at, {
    grant_type: "authorization_code",
    client_id: at.people_client,
    code,
    redirect_uri: REDIRECT,
  });
};

/** A client of the pool gives its id and secret for a token. */
const clientToken = async (at: Deployment, ClientId: string, asked: readonly string[]): Promise<Person> => {
  const client = { UserPoolId: at.user_pool, ClientId };
  const { UserPoolClient } = await new CognitoIdentityProviderClient(aws(at)).send(
    new DescribeUserPoolClientCommand(client),
  );
  const secret = Buffer.from(`${ClientId}:${UserPoolClient?.ClientSecret}`).toString("base64");
  const form = { grant_type: "client_credentials", scope: scopes(asked) };
  return exchange(at, form, { authorization: `Basic ${secret}` });
};

/** The host of agents that submits for any of them. */
export const agentToken = (at: Deployment): Promise<Person> =>
  clientToken(at, at.agents_client, ["executions:write", "read"]);

/** The inspector, as itself. */
export const inspectorToken = (at: Deployment): Promise<Person> =>
  clientToken(at, at.inspector_client, ["agent", "agent:inspector"]);

/** A worker of the group `notes`. */
export const workerToken = (at: Deployment): Promise<Person> => clientToken(at, at.workers_client, ["work:notes"]);
