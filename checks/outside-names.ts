/** Names of other software that documents tell of, and that no code of the project uses. */
const OUTSIDE: ReadonlySet<string> = new Set([
  // DynamoDB, Step Functions, Lambda, EventBridge, X-Ray
  ..."BatchWriteItem ItemSelector requestPayload RULE_ARN ERROR_CODE TransactWriteItems xray_trace_id".split(" "),
  // Constructs and emulators of them
  ..."NodejsFunction ProviderURL".split(" "),
  // OpenTelemetry's SDK, and frameworks of agents
  ..."AI_GATEWAY_API_KEY OTEL_RESOURCE_ATTRIBUTES OTEL_TRACES_SAMPLER wrapToolCall".split(" "),
  // Node.js
  "NODE_EXTRA_CA_CERTS",
  // C
  "DBL_DIG",
  // Rules of linters
  "noRestrictedImports",
]);

export const isOutside = (name: string): boolean => OUTSIDE.has(name);
