import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { actingFunctions, readingFunctions } from "../../../../functions/aws/functions-of-the-team.ts";

type Answer = { readonly status: number; readonly error?: string | undefined; readonly after?: string };

let answers: Answer[] = [];
let requests = 0;
let lambda: Server;

/** As Lambda answers; the last answer is that of every later request too. */
beforeEach(async () => {
  requests = 0;
  lambda = createServer((request, response) => {
    request.resume().on("end", () => {
      const { status, error, after } = answers[Math.min(requests, answers.length - 1)] ?? { status: 200 };
      requests += 1;
      response.writeHead(status, {
        "content-type": "application/json",
        ...(error && { "x-amzn-errortype": error }),
        ...(after && { "retry-after": after }),
      });
      response.end(status === 200 ? '{"found":"no"}' : JSON.stringify({ message: "Rate exceeded" }));
    });
  }).listen(0, "127.0.0.1");
  await once(lambda, "listening");
  const { port } = lambda.address() as AddressInfo;
  const env = { AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${port}`, AWS_REGION: "eu-west-1" };
  const credentials = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
  for (const [name, value] of Object.entries({ ...env, ...credentials })) vi.stubEnv(name, value);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  lambda.closeAllConnections();
  lambda.close();
  await once(lambda, "close");
});

const reads = () => readingFunctions().reads.invoke("crm-read", "{}", { timeout_ms: 60_000 });
const acts = () => actingFunctions().acts.invoke("crm-read", "{}", { timeout_ms: 60_000 });

it.each([
  ["a call that reads", reads],
  ["a call that acts", acts],
])("%s says at once that Lambda has no room, and for how long it said so", async (_, asked) => {
  for (const [after, again_in_seconds] of [
    ["3", 3],
    ["600", 600],
    [undefined, 0],
  ] as const) {
    requests = 0;
    answers = [{ status: 429, error: "TooManyRequestsException", ...(after && { after }) }];
    expect(await asked()).toEqual({
      kind: "not_sent",
      error: "crm-read was not called: Lambda has no room for another invocation of it just now",
      passing: true,
      again_in_seconds,
    });
    expect(requests).toBe(1);
  }
});

it("a call that reads does not wait within its time where a service that failed says to come later", async () => {
  answers = [{ status: 503, error: "ServiceException", after: "600" }];
  expect(await reads()).toMatchObject({ kind: "no_answer", timed_out: false, passing: true, again_in_seconds: 600 });
  expect(requests).toBe(1);
});

it.each([
  [502, "EC2ThrottledException"],
  [429, "ThrottlingException"],
  [400, "ThrottlingException"],
  [400, "SlowDown"],
  [429, "OfNextYearException"],
])("whatever the client leaves to who called is passing: %i %s, and its outcome is unknown", async (status, error) => {
  for (const asked of [reads, acts]) {
    requests = 0;
    answers = [{ status, error }];
    expect(await asked()).toEqual({
      kind: "no_answer",
      error: `crm-read: Lambda answered ${error}`,
      timed_out: false,
      passing: true,
    });
    expect(requests).toBe(1);
  }
});

it.each([
  [503, "SubnetIPAddressLimitReachedException", "7", 7],
  [503, undefined, "7", 7],
  [500, "OfNextYearException", "0", 0],
])(
  "a failure of any name that says when to come again is passing, and says when: %i %s after %s",
  async (status, error, after, again_in_seconds) => {
    answers = [{ status, error, after }];
    expect(await reads()).toMatchObject({ kind: "no_answer", timed_out: false, passing: true, again_in_seconds });
    expect(requests).toBe(1);
  },
);

it("a function that is being changed is asked again when Lambda says", async () => {
  answers = [{ status: 409, error: "ResourceConflictException", after: "9" }];
  expect(await reads()).toMatchObject({ kind: "not_sent", passing: true, again_in_seconds: 9 });
});

it("a failure that the client asked again after, and that may not pass, is not passing", async () => {
  answers = [{ status: 400, error: "SnapStartException" }];
  expect(await reads()).toEqual({
    kind: "no_answer",
    error: "crm-read: Lambda answered SnapStartException",
    timed_out: false,
  });
});

it("a call that reads is made again where Lambda failed and says nothing of when to come, and one that acts is not", async () => {
  answers = [{ status: 500, error: "ServiceException" }, { status: 200 }];
  expect(await reads()).toEqual({ kind: "answered", payload: '{"found":"no"}' });
  expect(requests).toBe(2);
  requests = 0;
  expect(await acts()).toMatchObject({ kind: "no_answer", passing: true });
  expect(requests).toBe(1);
});
