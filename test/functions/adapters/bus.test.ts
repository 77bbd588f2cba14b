import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { beforeEach, describe, expect, it } from "vitest";
import { eventBridgeBus, NotPublished } from "../../../functions/adapters/event-bridge/bus.ts";
import { memoryBus } from "../../../functions/adapters/memory/bus.ts";
import type { Bus, BusEvent } from "../../../shared/ports/workflow.ts";
import { mockedClient } from "../../harness/mocked-client.ts";
import { AWKWARD, numbers } from "../../ports/records.ts";

const event = (n: number, text = AWKWARD): BusEvent => ({ type: "LearningSignal", detail: { id: `id${n}`, text } });
const ids = (events: readonly BusEvent[]) => events.map(({ detail }) => detail.id);

/** @param make a bus, and what it has published so far */
const describeBus = (make: () => { bus: Bus; published: () => readonly BusEvent[] }): void => {
  it("publishing hands on every event whole, however many there are", async () => {
    const { bus, published } = make();
    await bus.publish(numbers(25).map((n) => event(n)));
    await bus.publish([]);
    expect(published()).toEqual(numbers(25).map((n) => event(n)));
  });
};

const client = mockedClient(EventBridgeClient);
const bus = eventBridgeBus(new EventBridgeClient({ region: "eu-central-1" }), "buddy", [0, 0]);
let accepted: BusEvent[] = [];
let calls: PutEventsRequestEntry[][] = [];

/** Accepts entries for which `refuses` is false. */
const fakeBus = (refuses: (id: string) => boolean): void => {
  accepted = [];
  calls = [];
  client.reset();
  client.on(PutEventsCommand).callsFake(({ Entries }: { Entries: PutEventsRequestEntry[] }) => {
    calls.push(Entries);
    const results = Entries.map(({ Detail = "{}", DetailType }) => {
      const detail = JSON.parse(Detail);
      if (refuses(detail.id)) return { ErrorCode: "ThrottlingException", ErrorMessage: "slow down" };
      if (DetailType === "LearningSignal") accepted.push({ type: DetailType, detail });
      return { EventId: detail.id };
    });
    return { Entries: results, FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length };
  });
};

describe("a bus in memory", () => {
  describeBus(() => {
    const memory = memoryBus();
    return { bus: memory, published: () => memory.published };
  });
});

describe("EventBridge", () => {
  beforeEach(() => fakeBus(() => false));
  describeBus(() => ({ bus, published: () => accepted }));

  it("EventBridge is given at most ten entries and 256 KB at a time", async () => {
    await bus.publish(numbers(25).map((n) => event(n)));
    expect(calls.map((entries) => entries.length)).toEqual([10, 10, 5]);
    fakeBus(() => false);
    await bus.publish(numbers(5).map((n) => event(n, "名".repeat(40_000))));
    expect(calls.map((entries) => entries.length)).toEqual([2, 2, 1]);
  });

  it("EventBridge is asked again for the entries that it refused, and for no others", async () => {
    const refusals = new Map([
      ["id2", 1],
      ["id4", 2],
    ]);
    fakeBus((id) => {
      const left = refusals.get(id) ?? 0;
      refusals.set(id, left - 1);
      return left > 0;
    });
    await bus.publish(numbers(5).map((n) => event(n)));
    expect(calls.map((entries) => entries.length)).toEqual([5, 2, 1]);
    expect(ids(accepted).toSorted()).toEqual(["id1", "id2", "id3", "id4", "id5"]);
  });

  it("EventBridge that goes on refusing is an error which says how many and why", async () => {
    fakeBus((id) => id === "id3");
    const published = bus.publish(numbers(4).map((n) => event(n)));
    await expect(published).rejects.toThrow(NotPublished);
    await expect(published).rejects.toThrow("1 events were not published: ThrottlingException slow down");
    expect(calls).toHaveLength(3);
    expect(ids(accepted)).toEqual(["id1", "id2", "id4"]);
  });
});
