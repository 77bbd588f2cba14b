import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { beforeEach, describe, expect, it } from "vitest";
import { lambdaWaker, WakeFailed } from "../../../functions/adapters/lambda/waker.ts";
import { mockedClient } from "../../harness/mocked-client.ts";
import { numbers } from "../../ports/records.ts";

const client = mockedClient(LambdaClient);
const waker = lambdaWaker(new LambdaClient({ region: "eu-central-1" }), "buddy-wake");

/** Lambda's answer for a function that returned the value, or threw it. */
const returned = (value: unknown) => ({ StatusCode: 200, Payload: Buffer.from(JSON.stringify(value)) });
const threw = (value: unknown) => ({ ...returned(value), FunctionError: "Unhandled" });

describe("waking by way of the function that reads task tokens", () => {
  beforeEach(() => client.reset());

  it("the waker asks for many at a time, each once, and tells who was waiting", async () => {
    const ids = numbers(450).map((n) => `e${n}`);
    const asked: string[][] = [];
    client.on(InvokeCommand).callsFake(({ Payload }) => {
      const { execution_ids } = JSON.parse(Payload);
      asked.push(execution_ids);
      return returned({ woken: execution_ids.filter((id: string) => id.endsWith("7")) });
    });
    expect([...(await waker.wake(ids))].toSorted()).toEqual(ids.filter((id) => id.endsWith("7")).toSorted());
    expect(asked.flat().toSorted()).toEqual(ids.toSorted());
    expect(Math.max(...asked.map((chunk) => chunk.length))).toBe(200);
  });

  it("the waker asks nobody where there is nobody to wake", async () => {
    expect(await waker.wake([])).toEqual(new Set());
    expect(client.calls()).toEqual([]);
  });

  it("the waker fails, and says by which function, when the function threw", async () => {
    client.on(InvokeCommand).callsFake(() => threw({ errorMessage: "secret" }));
    await expect(waker.wake(["e1"])).rejects.toThrow(WakeFailed);
    await expect(waker.wake(["e1"])).rejects.toThrow("buddy-wake woke nobody for certain: Unhandled");
  });

  it("the waker takes no answer it does not know for one", async () => {
    client.on(InvokeCommand).callsFake(() => returned({ woken: "e1" }));
    await expect(waker.wake(["e1"])).rejects.toThrow();
  });
});
