import { randomUUID } from "node:crypto";
import type { Context } from "hono";
import { z } from "zod";
import type { RequestHeader } from "../../../shared/api-headers.ts";
import { correlationId } from "../../../shared/execution/record/execution-record.ts";

/** The caller's mark; sent back with every answer. */
export const CORRELATION_HEADER = "x-correlation-id" satisfies RequestHeader;

/** The context that API Gateway hands its function, as far as the request's own id goes. */
const gatewayRequest = z.object({ event: z.object({ requestContext: z.object({ requestId: correlationId }) }) });

/** The id that a request was given on its way in: API Gateway's, which its access log shows too; else a new one. */
export const requestIdOf = (c: Context): string => {
  const request = gatewayRequest.safeParse(c.env);
  return request.success ? request.data.event.requestContext.requestId : randomUUID();
};

/**
 * The caller's mark where it can be one, else the request's id. A mark that cannot be used refuses nothing: proxies set
 * them too, and a lock must not fail for it. The answer's header says which one counts.
 */
export const correlationOf = (c: Context, requestId: string): string => {
  const sent = correlationId.safeParse(c.req.header(CORRELATION_HEADER));
  return sent.success ? sent.data : requestId;
};
