import type { Command } from "commander";
import { z } from "zod";
import { METRIC_NAMES } from "../../shared/health/metrics.ts";
import { jsonObject } from "../../shared/plan/json.ts";
import { joinedPages } from "../client/all-pages.ts";
import type { Api } from "../client/api.ts";
import type { Reply } from "../client/http.ts";
import { ApiProblem, CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { lookOf } from "../look.ts";
import { calibrationLines, healthLines, metricLines, signalLines } from "../render/health.ts";
import { stillRunningLines, systemLines } from "../render/system.ts";
import type { Calibration } from "../replies/system.ts";
import { show } from "../session.ts";
import { date, noArguments, noOptions, oneArgument, pageLimit, reasonFlag, text } from "./options.ts";

export const addSystem = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "system",
    summary: "LIVE on or off, locks, calls in flight, versions",
    teaches: "What the deployment itself is set to, and what it is doing now.",
    examples: ["buddy system", "buddy system --json | jq .locks"],
    exits: [EXIT.ok],
    args: noArguments,
    options: noOptions,
    run: async (session) => {
      const state = await session.api.system();
      const look = await lookOf(session);
      show(session, state, (shown) => systemLines(shown, look));
      return EXIT.ok;
    },
  });

export const addLive = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "live <on|off>",
    summary: "turn LIVE on or off for the whole deployment",
    teaches: `Off by default: until an operator turns it on, nothing goes LIVE and every step ends at its preview. Off is
answered with the calls that can still run; what waits for an approval ends at its preview, and stays so.`,
    examples: ['buddy live on --reason "checked with ops"', 'buddy live off --reason "something is wrong"'],
    exits: [EXIT.ok, EXIT.refused],
    flags: [reasonFlag],
    args: oneArgument,
    options: z.object({ reason: text }),
    run: async (session, [word], options) => {
      if (word !== "on" && word !== "off") throw new CliError("say on or off", EXIT.usage);
      show(
        session,
        await session.api.live(word === "on", options.reason),
        ({ live_enabled, changed, can_still_run, warning }) => [
          `LIVE is ${live_enabled ? "on" : "off"}${changed ? "" : " already"}.`,
          ...(warning === undefined ? [] : [`Careful: ${warning}.`]),
          ...(can_still_run === undefined ? [] : stillRunningLines(can_still_run, "", session.context)),
        ],
      );
      return EXIT.ok;
    },
  });

const NOT_TOLD = "How well agents foretell their calls, this server does not tell: it is of a release before.";

const calibrationOf = async (api: Api): Promise<Reply<Calibration> | null> => {
  try {
    return await joinedPages(
      (next) => api.calibration(next),
      (pages) => ({
        agents: pages.flatMap(({ agents }) => agents),
        tools: pages.flatMap(({ tools }) => tools),
      }),
    );
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  }
};

export const addHealth = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "health",
    summary: "the health score of the last 24 hours, and what it rests on",
    teaches:
      "A score from 0 to 100 with the component that costs most, the metrics, and anomalies, with sample sizes; then, over seven days, how well each agent foretells its calls, and tools that are not proven yet. --json prints the score, with `calibration` beside it: null from a server of a release before, which does not tell.",
    examples: ["buddy health", "buddy health --json | jq .health_score"],
    exits: [EXIT.ok],
    args: noArguments,
    options: noOptions,
    run: async (session) => {
      const [health, known] = await Promise.all([session.api.health(), calibrationOf(session.api)]);
      const both = { ...jsonObject.parse(health.raw), calibration: known?.raw ?? null };
      show(session, { ...health, raw: both }, (score) => [
        ...healthLines(score, session.context),
        ...(known === null ? [NOT_TOLD] : calibrationLines(known.printable)),
      ]);
      return EXIT.ok;
    },
  });

export const addMetrics = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "metrics <name>",
    summary: "the history of one metric",
    teaches: `Names: ${METRIC_NAMES.join(", ")}.`,
    examples: ["buddy metrics tool_success_rate", "buddy metrics system_health_score --since 2026-01-31T00:00:00Z"],
    exits: [EXIT.ok, EXIT.refused, EXIT.not_found],
    flags: [
      {
        flags: "--since <date>",
        says: "from then on, a date alone from its midnight where this terminal is (default: the last 24 hours)",
      },
    ],
    args: oneArgument,
    options: z.object({ since: date.optional() }),
    run: async (session, [name], options) => {
      show(session, await session.api.metric(name, options.since), (metric) => metricLines(metric, session.context));
      return EXIT.ok;
    },
  });

export const addSignals = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "signals",
    summary: "what executions taught, newest first",
    teaches:
      "Learning signals for Phase 16 (reward modelling) and Phase 19 (meta-learning), each with what it rests on.",
    examples: ["buddy signals", "buddy signals --target-phase 16 --limit 10"],
    exits: [EXIT.ok],
    flags: [
      { flags: "--target-phase <phase>", says: "only for this phase", choices: ["16", "19"] },
      { flags: "--limit <n>", says: "how many (default: 50)" },
      { flags: "--next <place>", says: "go on where the list before ended" },
    ],
    args: noArguments,
    options: z.object({ targetPhase: text.optional(), limit: pageLimit.default(50), next: text.optional() }),
    run: async (session, _args, { targetPhase, limit: count, next }) => {
      const query = {
        limit: count,
        ...(targetPhase === undefined ? {} : { target_phase: targetPhase }),
        ...(next === undefined ? {} : { next }),
      };
      show(session, await session.api.signals(query), (page) =>
        signalLines(page, { "target-phase": targetPhase, limit: count }, session.context),
      );
      return EXIT.ok;
    },
  });
