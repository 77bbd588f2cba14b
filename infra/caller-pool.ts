import { Aws, CfnCondition, Fn, Lazy, RemovalPolicy, Stack, Token, Validations } from "aws-cdk-lib";
import {
  FeaturePlan,
  LambdaVersion,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  type UserPoolDomain,
  UserPoolGroup,
  UserPoolOperation,
  type UserPoolResourceServer,
} from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import type { ConsoleConfig } from "../functions/api/console/console-config.ts";
import { AGENT_SCOPE, agentScope, SCOPES, type Scope, workScope } from "../shared/scopes.ts";
import type { DeploymentConfig } from "./deployment-config.ts";
import type { HandlerFunction } from "./handler-function.ts";

export interface CallerPoolProps {
  readonly name: string;
  readonly mfa: DeploymentConfig["sign_in_mfa"];
  readonly callbacks: readonly string[];
  /** Each gets a client of its own, so that no worker can ask for another group's calls. */
  readonly workerGroups: readonly string[];
  /** Each gets a client of its own: its token is that agent's, and nobody else's. */
  readonly agents: readonly string[];
  /** The fate of the accounts when the stack goes. */
  readonly removalPolicy: RemovalPolicy;
}

/** Where a team brings no identity provider of its own: accounts for people, one client for agents. */
export class CallerPool extends Construct {
  /** As the tokens name it in `iss`. */
  readonly issuer: string;
  /** Client ids: an access token of Cognito has no `aud`, and API Gateway compares its `client_id` instead. */
  readonly audience: readonly string[];
  /** The prefix that Cognito writes before the scopes of a resource server. */
  readonly scopePrefix: string = "buddy/";
  readonly pool: UserPool;
  readonly agents: UserPoolClient;
  readonly people: UserPoolClient;
  /** By group. */
  readonly workers: ReadonlyMap<string, UserPoolClient>;
  /** By name. */
  readonly ownAgents: ReadonlyMap<string, UserPoolClient>;
  /** Where people sign in and clients get their tokens. */
  readonly signInUrl: string;
  /** Where the console is; said by `signInAt`, since the API comes after the pool. */
  private readonly consoleUrl = Lazy.string({ produce: () => this.signsInAt ?? "https://console.invalid/console" });
  private signsInAt: string | undefined;
  /** How a token is had: a command for an agent's host, one for its secret, and a page for a person. */
  readonly commands: { readonly token: string; readonly secret: string; readonly signIn: string };

  constructor(scope: Construct, id: string, props: CallerPoolProps) {
    super(scope, id);
    const pool = this.makePool(props);
    this.pool = pool;
    Validations.of(pool).acknowledge({
      id: "AwsSolutions::AwsSolutions-COG8",
      reason: "Threat protection is paid for per account and month: a team that wants it brings an issuer of its own.",
    });
    const server = pool.addResourceServer("Api", {
      identifier: "buddy",
      scopes: [
        ...SCOPES.map((scopeName) => new ResourceServerScope({ scopeName, scopeDescription: meanings[scopeName] })),
        ...props.workerGroups.map(scopeOfWorkers),
        ...(props.agents.length === 0 ? [] : [scopeOfAgents, ...props.agents.map(scopeOfAgent)]),
      ],
    });
    this.workers = new Map(
      props.workerGroups.map((group) => {
        const asks = [OAuthScope.resourceServer(server, scopeOfWorkers(group))];
        const oAuth = { flows: { clientCredentials: true }, scopes: asks };
        return [group, pool.addClient(`Workers-${group}`, { generateSecret: true, oAuth })];
      }),
    );
    this.ownAgents = new Map(
      props.agents.map((agent) => {
        const asks = [scopeOfAgents, scopeOfAgent(agent)].map((each) => OAuthScope.resourceServer(server, each));
        const oAuth = { flows: { clientCredentials: true }, scopes: asks };
        return [agent, pool.addClient(`Agent-${agent}`, { generateSecret: true, oAuth })];
      }),
    );
    this.agents = pool.addClient("Agents", {
      generateSecret: true,
      oAuth: { flows: { clientCredentials: true }, scopes: oauthScopes(server, agentScopes) },
    });
    this.people = pool.addClient("People", {
      preventUserExistenceErrors: true,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: oauthScopes(server, SCOPES),
        callbackUrls: [...props.callbacks, this.consoleUrl],
      },
    });
    for (const groupName of SCOPES) {
      new UserPoolGroup(this, `May ${groupName}`, { userPool: pool, groupName, description: meanings[groupName] });
    }
    // A domain is one name for all accounts of a region.
    const domainPrefix = `${props.name}-${Stack.of(this).account}`;
    this.signInUrl = addressOf(pool.addDomain("Domain", { cognitoDomain: { domainPrefix } }));
    const { region, urlSuffix } = Stack.of(this);
    this.issuer = `https://cognito-idp.${region}.${urlSuffix}/${pool.userPoolId}`;
    this.commands = this.tokenCommands(props);
    this.audience = [this.agents, this.people, ...this.workers.values(), ...this.ownAgents.values()].map(
      ({ userPoolClientId }) => userPoolClientId,
    );
  }

  /** Lets people come back to the console at that address. @returns how its page signs them in */
  signInAt(url: string): ConsoleConfig["sign_in"] {
    this.signsInAt = url;
    return {
      kind: "code",
      authorize_url: `${this.signInUrl}/oauth2/authorize`,
      token_url: `${this.signInUrl}/oauth2/token`,
      client_id: this.people.userPoolClientId,
      scopes: SCOPES.map((name) => this.scopePrefix + name),
    };
  }

  /**
   * Asks that function what somebody who signs in may do. The client of people offers every scope to every account; the
   * token carries those whose group the person is in. A client of machines signs nobody in and is not asked about.
   */
  narrowBy(granting: HandlerFunction): void {
    this.pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, granting.function, LambdaVersion.V2_0);
  }

  private tokenCommands({ callbacks }: CallerPoolProps): CallerPool["commands"] {
    const { userPoolClientId: agents } = this.agents;
    const [callback = ""] = callbacks;
    const query = [
      "response_type=code",
      `client_id=${this.people.userPoolClientId}`,
      `redirect_uri=${encodeURIComponent(callback)}`,
      `scope=${encodeURIComponent(this.scopesOf(["read", "approvals:decide"]))}`,
    ].join("&");
    return {
      token: `curl --user ${agents} --data-urlencode grant_type=client_credentials --data-urlencode 'scope=${this.scopesOf(agentScopes)}' ${this.signInUrl}/oauth2/token`,
      secret: `aws cognito-idp describe-user-pool-client --user-pool-id ${this.pool.userPoolId} --client-id ${agents} --query UserPoolClient.ClientSecret --output text`,
      signIn: `${this.signInUrl}/oauth2/authorize?${query}`,
    };
  }

  /** The scopes of an agent's own token, as they are asked for. */
  scopesOfAgent(agent: string): string[] {
    return [AGENT_SCOPE, agentScope(agent)].map((name) => this.scopePrefix + name);
  }

  private scopesOf(names: readonly Scope[]): string {
    return names.map((name) => this.scopePrefix + name).join(" ");
  }

  /** Accounts are made by an administrator: nobody signs up to approve payments. */
  private makePool({ name, mfa, removalPolicy }: CallerPoolProps): UserPool {
    return new UserPool(this, "Pool", {
      userPoolName: name,
      selfSignUpEnabled: false,
      // The least that lets a function narrow access tokens.
      featurePlan: FeaturePlan.ESSENTIALS,
      mfa: mfa === "required" ? Mfa.REQUIRED : Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
      },
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy,
    });
  }
}

/** Cognito has FIPS addresses only in GovCloud; a stack that may go to any region knows where it is once it is deployed. */
const addressOf = (domain: UserPoolDomain): string => {
  const { region } = Stack.of(domain);
  const fips = domain.baseUrl({ fips: true });
  if (!Token.isUnresolved(region)) return region.startsWith("us-gov-") ? fips : domain.baseUrl();
  const expression = Fn.conditionEquals(Aws.PARTITION, "aws-us-gov");
  const inGovCloud = new CfnCondition(domain, "InGovCloud", { expression });
  return Fn.conditionIf(inGovCloud.logicalId, fips, domain.baseUrl()).toString();
};

/** The scopes that an agent's host may ask for: it can propose and look, and decide nothing. */
const agentScopes = ["executions:write", "read"] as const satisfies readonly Scope[];

const meanings = {
  "executions:write": "Submit executions, and abort one's own",
  "executions:operate": "Abort, resume and roll back executions",
  "approvals:decide": "Decide requests",
  "system:lock": "Lock, unlock, and switch LIVE",
  "contracts:write": "Change contracts and agents",
  read: "Read everything",
} as const satisfies Record<Scope, string>;

const scopeOfAgents = new ResourceServerScope({
  scopeName: AGENT_SCOPE,
  scopeDescription: "Propose, wait and read as an agent, one's own only",
});

const scopeOfAgent = (agent: string): ResourceServerScope =>
  new ResourceServerScope({ scopeName: agentScope(agent), scopeDescription: `Be the agent ${agent}` });

const scopeOfWorkers = (group: string): ResourceServerScope =>
  new ResourceServerScope({ scopeName: workScope(group), scopeDescription: `Do calls of tools as ${group}` });

const oauthScopes = (server: UserPoolResourceServer, names: readonly Scope[]): OAuthScope[] =>
  names.map((scopeName) =>
    OAuthScope.resourceServer(server, new ResourceServerScope({ scopeName, scopeDescription: meanings[scopeName] })),
  );
