import { readFile } from "node:fs/promises";
import { z } from "zod";
import { handlers } from "../../infra/handlers.ts";
import type { ExecutionCounts } from "./count-execution.ts";

/** The kinds of request that are paid for, in the order in which they are listed. */
export const ITEMS = [
  ["state_transition", "state transitions"],
  ["lambda_request", "Lambda requests"],
  ["lambda_gb_second", "Lambda GB-seconds"],
  ["table_write_unit", "DynamoDB write units"],
  ["table_read_unit", "DynamoDB read units"],
  ["object_put", "S3 puts"],
  ["object_read", "S3 reads"],
  ["http_request", "HTTP API requests"],
  ["bus_event", "EventBridge events"],
  ["signature", "KMS signatures"],
] as const;
type Item = (typeof ITEMS)[number][0];

const price = z.strictObject({ usd: z.number(), per: z.number().positive(), source: z.url() });
const names = ITEMS.map(([item]) => item);
const priceTable = z.strictObject({
  region: z.string(),
  currency: z.literal("USD"),
  date: z.iso.date(),
  note: z.string(),
  prices: z.record(z.enum(names), price),
});
export type PriceTable = z.infer<typeof priceTable>;

/** @throws Error when a price is missing */
export const readPrices = async (): Promise<PriceTable> =>
  priceTable.parse(JSON.parse(await readFile(new URL("prices.json", import.meta.url), "utf8")));

/**
 * How long one function runs each time, in milliseconds: assumed, not measured, since it is the account's network and
 * the tools' own services that decide it. The GB-seconds are in proportion to it.
 */
export const ASSUMED_MILLISECONDS = 100;

/** How much of each thing an execution used. */
export const usageOf = (counts: ExecutionCounts, milliseconds = ASSUMED_MILLISECONDS): Record<Item, number> => {
  const functions = Object.entries(counts.invocations);
  const megabytes = new Map(Object.entries(handlers).map(([name, { memoryMb }]) => [name, memoryMb]));
  const gigabyteSeconds = ([name, times]: readonly [string, number]): number => {
    const memoryMb = megabytes.get(name);
    if (memoryMb === undefined) throw new Error(`no function is called ${name}`);
    return (times * memoryMb * milliseconds) / 1_024 / 1_000;
  };
  return {
    state_transition: counts.transitions,
    lambda_request: functions.reduce((sum, [, times]) => sum + times, 0),
    lambda_gb_second: functions.reduce((sum, each) => sum + gigabyteSeconds(each), 0),
    table_write_unit: counts.table.write_units,
    table_read_unit: counts.table.read_units,
    object_put: counts.objects_put,
    object_read: counts.objects_read,
    http_request: counts.http_requests,
    bus_event: counts.bus_events,
    // One for each manifest; what runs in memory has no key.
    signature: counts.invocations.Artifacts ?? 0,
  };
};

/** US dollars, by item. */
export const costOf = (usage: Record<Item, number>, { prices }: PriceTable): Record<Item, number> => {
  const cost = (item: Item): number => (usage[item] * prices[item].usd) / prices[item].per;
  return {
    state_transition: cost("state_transition"),
    lambda_request: cost("lambda_request"),
    lambda_gb_second: cost("lambda_gb_second"),
    table_write_unit: cost("table_write_unit"),
    table_read_unit: cost("table_read_unit"),
    object_put: cost("object_put"),
    object_read: cost("object_read"),
    http_request: cost("http_request"),
    bus_event: cost("bus_event"),
    signature: cost("signature"),
  };
};
