import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import pMap from "p-map";
import { z } from "zod";
import { Surprise } from "../../../shared/plan/surprise.ts";
import type { Waker } from "../../../shared/ports/workflow.ts";

/** Each takes some 30 ms, of which the function does sixteen at a time: a call stays well within its caller's time. */
const AT_A_TIME = 200;
const CALLS_AT_ONCE = 8;

const answer = z.object({ woken: z.array(z.string()) });

/** The function that alone can read task tokens failed: nobody knows who was woken, and asking again does no harm. */
export class WakeFailed extends Surprise {
  override readonly name = "WakeFailed";
  constructor(function_name: string, detail: string) {
    super(`${function_name} woke nobody for certain: ${detail}`);
  }
}

/** Wakes by way of the function of that name, which holds the right to task tokens. @throws WakeFailed */
export const lambdaWaker = (client: LambdaClient, function_name: string): Waker => {
  const call = async (execution_ids: readonly string[]): Promise<string[]> => {
    const Payload = JSON.stringify({ execution_ids });
    const reply = await client.send(new InvokeCommand({ FunctionName: function_name, Payload }));
    if (reply.FunctionError !== undefined) throw new WakeFailed(function_name, reply.FunctionError);
    return answer.parse(JSON.parse(Buffer.from(reply.Payload ?? []).toString("utf8"))).woken;
  };
  return {
    wake: async (execution_ids) => {
      const chunks = Array.from({ length: Math.ceil(execution_ids.length / AT_A_TIME) }, (_, n) =>
        execution_ids.slice(n * AT_A_TIME, (n + 1) * AT_A_TIME),
      );
      return new Set((await pMap(chunks, call, { concurrency: CALLS_AT_ONCE })).flat());
    },
  };
};
