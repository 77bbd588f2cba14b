import { expect, it } from "vitest";
import { sendingAgain } from "../../../../functions/execution/attempt/send.ts";

type Given = Parameters<typeof sendingAgain>;

const row = { epoch: 1, error: "no answer" } as Given[2];
const context = { called: { timeout_seconds: 10 } } as Given[1];

/** The ledger notes the sending, and takes so long. */
const afterSeconds = async (seconds: number) => {
  let now = Date.parse("2026-01-05T09:00:00.000Z");
  const noted: string[] = [];
  const deps = {
    clock: { now: () => new Date(now) },
    ledger: {
      settle: async (...[, , , { at }]: Parameters<Given[0]["ledger"]["settle"]>) => {
        noted.push(at);
        now += seconds * 1000;
        return { kind: "settled", row };
      },
    },
  } as unknown as Given[0];
  return { sending: await sendingAgain(deps, context, row), noted };
};

it("a call is sent again while it still ends before the time that its row says", async () => {
  expect(await afterSeconds(30)).toEqual({ sending: row, noted: ["2026-01-05T09:00:40.000Z"] });
});

it("a call is not sent again by a process that stood still after it had said until when", async () => {
  expect((await afterSeconds(31)).sending).toBeUndefined();
});
