import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { functionsOf } from "./account.ts";
import { aws, type Deployment } from "./deployment.ts";

/** One invocation of a handler, as the platform reports it when it is over. Milliseconds; `ended` since the epoch. */
export type Invocation = { readonly handler: string; readonly ended: number; readonly duration: number };

const REPORTED = /^REPORT RequestId: \S+\tDuration: ([\d.]+) ms/;

/** Every invocation of a deployment's functions that ended at or after `since` (milliseconds since the epoch). */
export const invocationsSince = async (at: Deployment, since: number): Promise<Invocation[]> => {
  const logs = new CloudWatchLogsClient(aws(at));
  const all: Invocation[] = [];
  for (const { Environment, LoggingConfig } of await functionsOf(at, at.stack)) {
    const asked = { logGroupName: LoggingConfig?.LogGroup, startTime: since };
    for (let nextToken: string | undefined, first = true; first || nextToken !== undefined; first = false) {
      const page = await logs.send(new FilterLogEventsCommand({ ...asked, nextToken }));
      for (const { message = "", timestamp = 0 } of page.events ?? []) {
        const duration = REPORTED.exec(message)?.[1];
        if (duration === undefined) continue;
        all.push({ handler: Environment?.Variables?.HANDLER ?? "", ended: timestamp, duration: Number(duration) });
      }
      nextToken = page.nextToken;
    }
  }
  return all.toSorted((one, other) => one.ended - other.ended);
};
