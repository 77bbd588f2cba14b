import { setTimeout } from "node:timers/promises";
import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { Surprise } from "../../../shared/plan/surprise.ts";
import type { Bus, BusEvent } from "../../../shared/ports/workflow.ts";

/** The most that PutEvents takes: ten entries, 256 KB together. */
const ENTRIES = 10;
const BYTES = 262_144;

/** Some events were refused again and again. Those published before stay published: receivers recognise repeats. */
export class NotPublished extends Surprise {
  override readonly name = "NotPublished";
  constructor(refused: readonly string[]) {
    super(`${refused.length} events were not published: ${[...new Set(refused)].join(", ")}`);
  }
}

/** @throws NotPublished from `publish` */
export const eventBridgeBus = (
  client: EventBridgeClient,
  busName: string,
  pauses: readonly number[] = [100, 400, 1_600],
): Bus => {
  /** Sends the entries once. @returns those that were refused, with why. */
  const send = async (entries: readonly PutEventsRequestEntry[]): Promise<[PutEventsRequestEntry, string][]> => {
    const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [...entries] }));
    return entries.flatMap((entry, index): [PutEventsRequestEntry, string][] => {
      const refusal = Entries[index]?.ErrorCode;
      return refusal === undefined ? [] : [[entry, `${refusal} ${Entries[index]?.ErrorMessage ?? ""}`.trim()]];
    });
  };

  const sendAll = async (entries: readonly PutEventsRequestEntry[]): Promise<void> => {
    let refused = await send(entries);
    for (const pause of pauses) {
      if (refused.length === 0) return;
      await setTimeout(pause);
      refused = await send(refused.map(([entry]) => entry));
    }
    if (refused.length > 0) throw new NotPublished(refused.map(([, why]) => why));
  };

  return {
    publish: async (events) => {
      for (const entries of batches(events.map((event) => toEntry(busName, event)))) await sendAll(entries);
    },
  };
};

const toEntry = (EventBusName: string, event: BusEvent): PutEventsRequestEntry => ({
  EventBusName,
  Source: "buddy",
  DetailType: event.type,
  Detail: JSON.stringify(event.detail),
});

const bytesOf = ({ Source = "", DetailType = "", Detail = "" }: PutEventsRequestEntry): number =>
  Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);

const batches = (entries: readonly PutEventsRequestEntry[]): PutEventsRequestEntry[][] => {
  const all: PutEventsRequestEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const batch = all.at(-1);
    bytes += bytesOf(entry);
    if (batch === undefined || batch.length === ENTRIES || bytes > BYTES) {
      all.push([entry]);
      bytes = bytesOf(entry);
    } else {
      batch.push(entry);
    }
  }
  return all;
};
