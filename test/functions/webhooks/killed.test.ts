import { describe, expect, it } from "vitest";
import { takeEvent } from "../../../functions/webhooks/take-event.ts";
import { dyingAt, quietly } from "../../harness/dying.ts";
import { answers, desk } from "./desk.ts";

describe("a process that is killed at any moment of a delivery", () => {
  it.each(["before", "after"] as const)(
    "a process killed at any moment of a delivery loses nothing: %s any of its writes, or the sending itself",
    async (when) => {
      let place = 0;
      for (let lived = false; !lived; ) {
        place += 1;
        const first = dyingAt(place, when);
        const received: string[] = [];
        let process: "first" | "second" = "first";
        const send = async ({ headers }: { headers: Readonly<Record<string, string>> }) => {
          const arrive = async () => {
            received.push(String(headers["webhook-id"]));
            // The first try of each fails, so that a death may also come between tries.
            return answers(received.length <= 2 ? 500 : 200);
          };
          return process === "first" ? first.step(arrive) : arrive();
        };
        const d = desk(send);
        await d.add();
        const dying = d.process(first.over(d.table));
        // Its publisher announces again what it does not know to be announced.
        for (const id of ["e1", "e2"]) {
          await quietly(takeEvent(dying)({ type: "LearningSignal", detail: { id } }));
        }
        await quietly(d.deliver(dying));
        d.time.now += 10_000;
        await quietly(d.deliver(dying));
        lived = !first.died();
        process = "second";
        for (const id of ["e1", "e2"]) await d.take(id);
        for (let minute = 0; minute < 60; minute += 1) {
          d.time.now += 60_000;
          await d.deliver();
        }
        const stored = await d.all();
        expect(
          stored.map(({ status }) => status),
          `killed ${when} step ${place}`,
        ).toEqual(["delivered", "delivered"]);
        for (const { delivery_id } of stored) expect(received).toContain(delivery_id);
        expect(new Set(received).size).toBe(2);
      }
      expect(place).toBeGreaterThan(12);
    },
  );
});
