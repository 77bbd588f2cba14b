import { Duration, type RemovalPolicy, Validations } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  HttpApi as Api,
  CfnStage,
  CorsHttpMethod,
  HttpMethod,
  HttpNoneAuthorizer,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
  type ThrottleSettings,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { ANSWER_HEADERS, REQUEST_HEADERS } from "../shared/api-headers.ts";
import { WORK_SCOPE, workScope } from "../shared/scopes.ts";
import type { HandlerFunctions } from "./handler-functions.ts";
import { type ApiHandler, apiHandlers } from "./handlers.ts";
import { namesOf } from "./names-of.ts";
import type { Route } from "./routes.ts";

export interface HttpApiProps {
  readonly name: string;
  readonly routes: readonly Route[];
  readonly functions: HandlerFunctions;
  /** Groups of workers; without any, no route of theirs is made. */
  readonly workerGroups: readonly string[];
  /** Whose tokens are believed, and for whom they must be meant. */
  readonly jwtIssuer: string;
  readonly jwtAudience: readonly string[];
  /** The prefix that the issuer writes before the scopes of this API. */
  readonly scopePrefix: string;
  /** Requests per second over all callers, and how many at once; above, API Gateway answers 429. */
  readonly throttle: Required<ThrottleSettings>;
  /**
   * The same for each route that acts or administers, where it is less. Each has its own: who floods one of them keeps
   * nobody from the others, the lock above all.
   */
  readonly throttleOfActs: Required<ThrottleSettings>;
  /**
   * The same for placing a lock. API Gateway may count a request before it looks at the token, so whoever knows the
   * address can use a route's rate up: that of the kill switch is wide, and costs nothing, since no function runs for
   * who has no token.
   */
  readonly throttleOfLock: Required<ThrottleSettings>;
  /** Whose pages a browser lets call this API with the token they hold. */
  readonly origins: readonly string[];
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** The way in: a token with the route's scope, or nothing behind it runs. */
export class HttpApi extends Construct {
  readonly api: Api;
  /**
   * Requests that API Gateway answered with 429, over all routes and of the one that locks: it has no metric of its own
   * for that.
   */
  readonly refusals: { readonly all: Metric; readonly lock: Metric };

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    const authorizer = new HttpJwtAuthorizer("Callers", props.jwtIssuer, { jwtAudience: [...props.jwtAudience] });
    this.api = new Api(this, "Api", {
      apiName: props.name,
      createDefaultStage: false,
      defaultAuthorizer: authorizer,
      ...(props.origins.length === 0 ? {} : { corsPreflight: { ...cors, allowOrigins: [...props.origins] } }),
    });
    const added: HttpRoute[] = [];
    for (const name of namesOf(apiHandlers)) {
      Validations.of(props.functions.named(name).function).acknowledge(answersTheApi);
      // One permission per function, for this API and no other: one per route would only repeat it.
      const integration = new HttpLambdaIntegration(name, props.functions.named(name).function, {
        scopePermissionToRoute: false,
      });
      for (const { path, method, scopes } of routesOf(props).filter(({ handler }) => handler === name)) {
        const methods = [HttpMethod[method]];
        const letting =
          scopes.length === 0
            ? { authorizer: new HttpNoneAuthorizer() }
            : { authorizer, authorizationScopes: scopes.map((each) => props.scopePrefix + each) };
        const made = this.api.addRoutes({ path, methods, integration, ...letting });
        if (scopes.length === 0) for (const route of made) Validations.of(route).acknowledge(open);
        added.push(...made);
      }
    }
    const { logRetention: retention, removalPolicy } = props;
    const log = new LogGroup(this, "AccessLogs", { retention, removalPolicy });
    this.refusals = {
      all: refused(log, props.name, "requests_throttled", TOO_MANY),
      lock: refused(log, props.name, "locks_throttled", FilterPattern.all(TOO_MANY, OF_LOCK)),
    };
    this.stage(props, log, added);
  }

  private stage(props: HttpApiProps, log: LogGroup, added: readonly HttpRoute[]): void {
    const stage = new HttpStage(this, "Stage", {
      httpApi: this.api,
      stageName: "$default",
      autoDeploy: true,
      throttle: props.throttle,
      detailedMetricsEnabled: true,
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
    const { defaultChild } = stage.node;
    if (!(defaultChild instanceof CfnStage)) throw new Error("the stage has no resource");
    defaultChild.routeSettings = settingsOfActs(props);
    // The settings speak of routes, which must be there before.
    stage.node.addDependency(...added);
  }
}

/** Functions through which people act, administer, and have services read. */
const ACTING: ReadonlySet<ApiHandler> = new Set(["Act", "Administer", "Slack", "Try"]);
/** The routes with the scopes of the groups that there are. One that nobody could have a token for is not made. */
const routesOf = ({ routes, workerGroups }: HttpApiProps) =>
  routes.flatMap(({ scopes, ...route }) => {
    const named = scopes.flatMap((each) => (each === WORK_SCOPE ? workerGroups.map(workScope) : [each]));
    return scopes.length > 0 && named.length === 0 ? [] : [{ ...route, scopes: named }];
  });

/** Route settings replace those of the stage whole, metrics included. */
const settingsOfActs = ({ routes, throttle, throttleOfActs, throttleOfLock }: HttpApiProps): Record<string, object> => {
  const acts = routes.filter(({ handler }) => ACTING.has(handler));
  const each = routeSettings({
    rateLimit: Math.min(throttleOfActs.rateLimit, throttle.rateLimit),
    burstLimit: Math.min(throttleOfActs.burstLimit, throttle.burstLimit),
  });
  return {
    ...Object.fromEntries(acts.map(({ method, path }) => [`${method} ${path}`, each])),
    [LOCK]: routeSettings(throttleOfLock),
  };
};

const routeSettings = ({ rateLimit, burstLimit }: Required<ThrottleSettings>): object => ({
  ThrottlingRateLimit: rateLimit,
  ThrottlingBurstLimit: burstLimit,
  DetailedMetricsEnabled: true,
});

/** The route that stops everything. */
const LOCK = "POST /system/lock";

/** Texts of the access log, as JSON holds them. */
const TOO_MANY = FilterPattern.stringValue("$.status", "=", "429");
const OF_LOCK = FilterPattern.stringValue("$.route", "=", LOCK);

type Pattern = ReturnType<typeof FilterPattern.all>;
const refused = (log: LogGroup, name: string, metricName: string, filterPattern: Pattern): Metric =>
  log
    .addMetricFilter(metricName, { filterPattern, metricName, metricNamespace: `${name}/api`, metricValue: "1" })
    .metric();

/** Pages send and read all that any client of the API does. Tokens come in a header: no cookie ever travels along. */
const cors = {
  allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE],
  allowHeaders: [...REQUEST_HEADERS],
  exposeHeaders: [...ANSWER_HEADERS],
  maxAge: Duration.hours(1),
};

const open = {
  id: "AwsSolutions::AwsSolutions-APIG4",
  reason:
    "Says that the API lives, or sends the console's program: or says where a token is had: none reads a record, and who asks has no token yet.",
};

const answersTheApi = {
  id: "Serverless::Serverless-LambdaDLQ",
  reason: "API Gateway waits for its answer, and the caller is told of its failure: no event is ever queued for it.",
};

/** Each caller with the request and its result; neither bodies nor tokens. */
const accessLog = {
  request_id: "$context.requestId",
  at: "$context.requestTime",
  caller: "$context.authorizer.claims.sub",
  from: "$context.identity.sourceIp",
  route: "$context.routeKey",
  status: "$context.status",
  latency_ms: "$context.responseLatency",
  refused: "$context.authorizer.error",
};
