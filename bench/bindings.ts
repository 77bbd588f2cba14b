import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { atMost, besides, type Figure, figureOf } from "./figure.ts";

const times = z.object({ median: z.number(), p99: z.number() });
const beside = z.object({ bare: times, bound: times });
const binding = z.object({ alone: beside, at_once: beside });
const figures = z.object({
  http: binding,
  builtin: binding,
  mcp: binding,
  worker: binding,
  lambda: binding,
  kept: times,
  in_flight_mib: z.number(),
});

/** `test/bindings/main.ts` in a process of its own. @throws Error when it prints no figures */
const measured = async (): Promise<z.infer<typeof figures>> => {
  const main = fileURLToPath(new URL("../test/bindings/main.ts", import.meta.url));
  const child = spawn(process.execPath, ["--expose-gc", main], { stdio: ["ignore", "pipe", "inherit"] });
  const printed: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => printed.push(text));
  await once(child, "close");
  const text = printed.join("");
  const begins = text.lastIndexOf("\n{\n");
  if (begins === -1) throw new Error(`test/bindings printed no figures: ${text.slice(-500)}`);
  return figures.parse(JSON.parse(text.slice(begins)));
};

/** Milliseconds that a LIVE call takes longer than the same call made barely, which stands beside it. */
const added = (words: string, { bare, bound }: z.infer<typeof beside>, limit?: number): Figure[] => {
  const figure = besides(figureOf(`${words}: added at the median`, bound.median - bare.median, "ms"), bare.median);
  return [
    limit === undefined ? figure : atMost(figure, limit),
    besides(figureOf(`${words}: added at the 99th percentile`, bound.p99 - bare.p99, "ms"), bare.p99),
  ];
};

/** How much longer a LIVE call takes by a binding than by the bare client of its protocol. */
export const benchBindings = async (): Promise<Figure[]> => {
  const { in_flight_mib, kept, ...kinds } = await measured();
  return [
    ...Object.entries(kinds).flatMap(([kind, { alone, at_once }]) => [
      ...added(`a call by ${kind}, alone`, alone, kind === "http" ? 4 : undefined),
      ...added(`a call by ${kind}, one of fifty`, at_once),
    ]),
    figureOf(
      "the bare call by https on a connection that is kept, which no call by http is made on",
      kept.median,
      "ms",
    ),
    figureOf("1,000 calls by http in flight, with the service's side of them", in_flight_mib, "MiB"),
  ];
};
