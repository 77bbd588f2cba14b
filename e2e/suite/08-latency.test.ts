import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { beforeAll, describe, expect, it } from "vitest";
import { type Invocation, invocationsSince } from "../client/durations.ts";
import { plan, update } from "../client/plans.ts";
import { type Team, team } from "../client/prepared.ts";

const WARMING = 2;
const ROUNDS = 10;

/** The time a person waits: milliseconds from the request to the end of the last of these handlers. */
const PATHS = {
  "submission to the first request": ["Submit", "Validate", "ResolveConflicts", "NextWave", "Mock", "DryRun"],
  "decision to LIVE": ["Act", "Wake", "NextWave", "Live"],
} as const;
type Path = keyof typeof PATHS;

type Round = { readonly id: string; readonly submitted: number; readonly decided: number; readonly over: number };
type Figure = { readonly waited: number; readonly worked: number; readonly handlers: number };

const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((one, other) => one - other);
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2;
};

const figureOf = (path: Path, all: readonly Invocation[], from: number, to: number): Figure => {
  const handlers: readonly string[] = PATHS[path];
  const within = all.filter(({ handler, ended }) => handlers.includes(handler) && ended >= from && ended <= to);
  // After the call itself, Next wave runs once more; nobody waits for that.
  const last = path === "decision to LIVE" ? within.findIndex(({ handler }) => handler === "Live") : within.length - 1;
  const counted = within.slice(0, last + 1);
  const worked = counted.reduce((sum, { duration }) => sum + duration, 0);
  return { waited: (counted.at(-1)?.ended ?? from) - from, worked, handlers: counted.length };
};

describe("how long a person waits, on functions that are warm", () => {
  let us: Team;
  const figures = new Map<Path, Figure[]>();

  const round = async (number: number): Promise<Round> => {
    const submitted = Date.now();
    const fields = { phone: `+49 30 555 ${number}` };
    const id = await us.agents.submit([plan(`p_latency_${number}`, [update("s1", "c14", fields)])]);
    const request = await us.bob.request(id, "s1");
    const decided = Date.now();
    await us.bob.decide(request, "approve");
    expect((await us.alice.ended(id)).status).toBe("SUCCEEDED");
    return { id, submitted, decided, over: Date.now() };
  };

  beforeAll(async () => {
    us = await team();
    for (let number = 0; number < WARMING; number += 1) await round(number);
    const rounds: Round[] = [];
    const since = Date.now();
    for (let number = 0; number < ROUNDS; number += 1) rounds.push(await round(WARMING + number));
    const all = await invocationsSince(us.at, since);
    const [asking, acting] = ["submission to the first request", "decision to LIVE"] as const;
    figures.set(
      asking,
      rounds.map(({ submitted, decided }) => figureOf(asking, all, submitted, decided)),
    );
    figures.set(
      acting,
      rounds.map(({ decided, over }) => figureOf(acting, all, decided, over)),
    );
  }, 180_000);

  it("how long a person waits, on warm functions, is told beside what the handlers on the way took", async () => {
    const rows = [...figures].map(([path, each]) => {
      for (const { waited, worked, handlers } of each) {
        expect(handlers).toBeGreaterThanOrEqual(3);
        expect(worked).toBeGreaterThan(0);
        expect(waited).toBeGreaterThan(0);
      }
      const of = (value: (figure: Figure) => number): string => Math.round(median(each.map(value))).toString();
      const longest = Math.round(Math.max(...each.map(({ waited }) => waited)));
      const [waited, worked, handlers] = [of((f) => f.waited), of((f) => f.worked), of((f) => f.handlers)];
      return `| ${path} | ${waited} ms | ${longest} ms | ${worked} ms | ${handlers}: ${PATHS[path].join(", ")} |`;
    });
    const table = `${HEAD}\n${rows.join("\n")}\n`;
    console.log(table);
    const file = process.env.BUDDY_E2E_FIGURES;
    if (file !== undefined) await writeFile(file, `${words()}\n${table}`);
  });
});

const HEAD = `| from … to | median | longest | handlers alone, median | which |
|---|---|---|---|---|`;

const words = (): string => `# How long a person waits, on the emulator

<!-- Written by \`npm run e2e -- --figures\`. -->

One plan of one step that a person has to approve, ${ROUNDS} times one after the other, after ${WARMING} that warmed the functions;
nothing else was running in the deployment. ${availableParallelism()} processors run the emulator, its API Gateway, Step Functions,
DynamoDB and the functions alike, so these are **not figures of AWS**: they say which part of the wait is spent in
Buddy's handlers (the durations that the platform reports, their calls to the database included) and which between them.
The handlers' sum exceeds the wait: \`Act\` waits for \`Wake\`, and both answer while the execution goes on already.
Two runs of one day differed by half, with what else the machine had to do.
`;
