import { expect, it } from "vitest";
import { localCourier } from "../../local/courier.ts";
import { manualTimer, settled } from "../functions/tools/manual-timer.ts";
import { answers, desk } from "../functions/webhooks/desk.ts";

/** A server of one machine with one address, whose time a test moves. */
const server = (d: ReturnType<typeof desk>) => {
  const { timer, pass } = manualTimer();
  const courier = localCourier(timer);
  const quiet = async (): Promise<void> => {
    for (let turn = 0; turn < 50; turn += 1) await settled();
  };
  return {
    courier,
    start: async () => {
      await courier.start(d.process(d.table));
      await quiet();
    },
    take: async (id: string) => {
      for (const { webhook_id } of await d.take(id)) courier.waits(webhook_id);
      await quiet();
    },
    later: async (milliseconds: number) => {
      d.time.now += milliseconds;
      await pass(milliseconds);
      await quiet();
    },
  };
};

it("a server of one machine asks an address that fails by the minute, not by every event, and not at once after a restart", async () => {
  let asked = 0;
  const d = desk(async () => {
    asked += 1;
    return answers(500);
  });
  await d.add();
  const first = server(d);
  await first.start();
  for (let n = 0; n < 10; n += 1) await first.take(`e${n}`);
  expect(asked).toBe(1);
  await first.later(5_000);
  expect(asked).toBe(2);
  await first.courier.stop();
  const second = server(d);
  await second.start();
  for (let n = 10; n < 20; n += 1) await second.take(`e${n}`);
  expect(asked).toBe(2);
  await second.later(59_000);
  await second.take("e20");
  expect(asked).toBe(2);
  await second.later(1_000);
  expect(asked).toBe(3);
  await second.courier.stop();
});
