/**
 * All that requests of this API carry: what its routes read, what tracing adds to a request, and what clients of the
 * Model Context Protocol write on each of theirs. The routes can read no other, and browsers send a page's request with
 * these only.
 */
export const REQUEST_HEADERS = [
  "authorization",
  "content-type",
  "idempotency-key",
  "range",
  "x-correlation-id",
  "traceparent",
  "tracestate",
  "mcp-protocol-version",
  "mcp-session-id",
  "mcp-method",
  "mcp-name",
  "last-event-id",
] as const;
export type RequestHeader = (typeof REQUEST_HEADERS)[number];

/**
 * All that its answers say beside their type and length: routes can send no other, and browsers let a page read these
 * only.
 */
export const ANSWER_HEADERS = [
  "x-correlation-id",
  "idempotency-replayed",
  "accept-ranges",
  "content-range",
  "retry-after",
  "allow",
  "www-authenticate",
  "mcp-session-id",
] as const;
export type AnswerHeader = (typeof ANSWER_HEADERS)[number];
export type AnswerHeaders = { readonly [Name in AnswerHeader]?: string };
