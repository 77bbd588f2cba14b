import { atMost, besides, type Figure, figureOf } from "../figure.ts";
import { startedProcess } from "./announced.ts";
import { timesBeside } from "./times.ts";
import { byCalls, byClient, overHttp } from "./ways.ts";

const AT_THE_MEDIAN_MS = 5;
const AT_ONCE_MS = 20;
const FOR_THE_PROTOCOL_MS = 3;

/**
 * A read of a service on loopback: by its own request, by `POST /calls`, and by the official client through `/mcp`. The
 * service and the server are processes of their own, its records on disk.
 */
export const benchCalls = async (): Promise<Figure[]> => {
  const service = await startedProcess("upstream.ts");
  const buddy = await startedProcess("buddy.ts", [service.url]);
  const client = await byClient(overHttp({ ...buddy, url: `${buddy.url}/mcp` }), "contact_by_http");
  try {
    const bareRequest = async (): Promise<void> => {
      const response = await fetch(`${service.url}/contacts/c1`);
      await response.json();
    };
    const [bare, calls, mcp] = await timesBeside([bareRequest, byCalls(buddy, "contact_by_http"), client.call]);
    if (bare === undefined || calls === undefined || mcp === undefined) throw new Error("a way was not measured");
    const added = (words: string, [time, barely]: readonly [number, number], limit: number): Figure =>
      besides(atMost(figureOf(words, time - barely, "ms"), limit), barely);
    return [
      added("POST /calls for a read: added at the median", [calls.alone.median, bare.alone.median], AT_THE_MEDIAN_MS),
      added("the same, one of fifty: added at the 99th percentile", [calls.at_once.p99, bare.at_once.p99], AT_ONCE_MS),
      added("/mcp over POST /calls: added at the median", [mcp.alone.median, calls.alone.median], FOR_THE_PROTOCOL_MS),
      besides(
        figureOf("/mcp over POST /calls, one of fifty: added", mcp.at_once.median - calls.at_once.median, "ms"),
        calls.at_once.median,
      ),
    ];
  } finally {
    await client.close();
    await buddy.stop();
    await service.stop();
  }
};
