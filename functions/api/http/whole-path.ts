import type { handle } from "hono/aws-lambda";

type Event = Parameters<ReturnType<typeof handle>>[0];

/**
 * API Gateway hands an HTTP API's path on decoded. A `#` or `?` of a name in it would end the path, and the request would
 * be about something else, whose name ends there.
 */
export const withWholePath = (event: Event): Event =>
  "rawPath" in event ? { ...event, rawPath: event.rawPath.replaceAll("#", "%23").replaceAll("?", "%3F") } : event;
