import type { Browser } from "playwright-core";
import type { PushBack } from "../../../shared/execution/call-outcome.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Acted, Looked, Pages, Visit, VisitLimits } from "../../../shared/ports/pages.ts";
import type { ClientOptions } from "../http/connections.ts";
import { actOn, afterBegun } from "./act-on.ts";
import { closePages, MOST_AGENTS, pagesOfAgents } from "./agent-pages.ts";
import { type Deadline, deadlineOf } from "./deadline.ts";
import { isTimeout } from "./elements.ts";
import { hasEnded } from "./ended.ts";
import { arriveAt, findToActOn, findToLookAt, type Turn } from "./find-page.ts";
import { lookAt } from "./look-at.ts";
import { openPage } from "./open-page.ts";
import { withinMs } from "./within-ms.ts";
import { wordsOf } from "./words.ts";

export type PagesOptions = {
  /** A browser that has been started, or in words why there is none. */
  readonly start: () => Promise<Result<Browser, string>>;
  readonly reach: ClientOptions;
  /** Milliseconds since some moment. */
  readonly now: () => number;
  readonly most_agents?: number;
};

/** Until when a visit is asked for again that came while no browser stood ready for it, in seconds. */
const STARTING_SECONDS = 2;

/** Pages in a browser that runs until it is stopped. */
export type KeptPages = Pages & {
  /** Closes every page; the browser runs on. */
  closeAll(): Promise<void>;
  stop(): Promise<void>;
};

type NotVisited = { readonly ok: false; readonly refusal: string } & PushBack;
type Visited<Value> = { readonly ok: true; readonly value: Value } | NotVisited;

const inAMoment = (refusal: string): NotVisited => ({ ok: false, refusal, again_in_seconds: STARTING_SECONDS });
const BEING_STARTED = inAMoment("the browser is being started");
const BEING_STOPPED = inAMoment("the browser is being stopped");
/** Of a visit that has done nothing: no page has said anything of it. */
const ENDED = inAMoment("the browser or its page ended before it came to it");

/** The pages of all agents, in one browser that is started when a page is first wanted and again when it died. */
export const chromiumPages = ({ start, reach, now, most_agents = MOST_AGENTS }: PagesOptions): KeptPages => {
  const agents = pagesOfAgents(now, most_agents);
  let browser: Promise<Result<Browser, string>> | undefined;
  let stopped = false;

  const running = async (): Promise<Visited<Browser>> => {
    if (stopped) return BEING_STOPPED;
    browser ??= start();
    const starting = browser;
    const started = await starting;
    if (started.ok && started.value.isConnected()) return started;
    if (browser === starting) {
      browser = undefined;
      await agents.closeAll();
    }
    return started.ok ? running() : started;
  };

  /**
   * One visit, when those before it on the agent's pages are over. A page whose own script runs without an end answers
   * nothing any more, and the library waits for it: when the time is over its agent's pages are closed, which ends that.
   */
  const inTurn = async <Value>(
    visit: Visit,
    limits: VisitLimits,
    work: (turn: Turn) => Promise<Visited<Value>>,
  ): Promise<Visited<Value>> => {
    const until = deadlineOf(limits, now);
    const state = { begun: false, given_up: false };
    const deadline: Deadline = { ...until, over: () => state.given_up || until.over() };
    const started = await withinMs(running(), deadline.left() / 3);
    if (started === undefined) return BEING_STARTED;
    if (!started.ok) return started;
    const pages = agents.of(visit.owner);
    if (!pages.ok) return pages;
    const mine = pages.value;
    mine.busy += 1;
    const mineStill = (): boolean => agents.known(visit.owner) === mine;
    const turn = mine.last.then(async (): Promise<Visited<Value>> => {
      if (deadline.over()) return refuse(BUSY);
      state.begun = true;
      return unlessEnded({ browser: started.value, reach, mine, visit, deadline, on: undefined }, mineStill, work);
    });
    mine.last = turn.catch(() => undefined);
    try {
      const visited = await withinMs(turn, deadline.patience());
      if (visited !== undefined) return visited;
      state.given_up = true;
      if (!state.begun) return refuse(BUSY);
      closePages(mine);
      return refuse(NO_ANSWER);
    } catch (error) {
      if (!isTimeout(error)) return refuse(wordsOf(error));
      closePages(mine);
      return refuse(NO_ANSWER);
    } finally {
      mine.busy -= 1;
      mine.used_at = now();
    }
  };

  const looking = async (visit: Visit, limits: VisitLimits, find: typeof findToLookAt): Promise<Looked> => {
    const deadline = deadlineOf(limits, now);
    const looked = await inTurn<Looked>(visit, limits, async (turn) => {
      if (visit.apart === true) return lookApart(turn);
      const found = await find(turn);
      return found.ok ? accept(await lookAt(found.value, visit, turn.deadline)) : found;
    });
    if (looked.ok) return looked.value;
    return { kind: "not_seen", why: looked.refusal, timed_out: deadline.over(), ...pushBackOf(looked) };
  };

  return {
    look: (visit, limits) => looking(visit, limits, findToLookAt),
    lookToAct: (visit, limits) => looking(visit, limits, findToActOn),
    act: async (visit, limits) => {
      const progress = { begun: 0 };
      const acted = await inTurn<Acted>(visit, limits, async (turn) => {
        const found = await findToActOn(turn);
        if (!found.ok) return found;
        const done = await actOn(found.value, visit, turn.deadline, progress);
        return done.kind === "nothing_done" ? refuse(done.why) : accept(done);
      });
      if (acted.ok) return acted.value;
      // Nothing is begun any more after the time is over.
      if (progress.begun > 0) return { kind: "unknown", why: afterBegun(progress, visit, acted.refusal) };
      return { kind: "nothing_done", why: acted.refusal, ...pushBackOf(acted) };
    },
    recall: async (owner, key) => {
      const known = agents.known(owner);
      return known?.write === undefined || known.write.page.isClosed() ? undefined : known.write.done.get(key);
    },
    closeAll: agents.closeAll,
    stop: async () => {
      stopped = true;
      const started = await browser;
      browser = undefined;
      await agents.closeAll();
      if (started?.ok === true) await started.value.close();
    },
  };
};

/**
 * A visit to a page that ended under it, or for which none could be opened: what it says then is not what it was asked,
 * and it may be asked of the next browser. `mineStill`: the agent's pages have not been closed together with all others.
 */
const unlessEnded = async <Value>(
  turn: Turn,
  mineStill: () => boolean,
  work: (turn: Turn) => Promise<Visited<Value>>,
): Promise<Visited<Value>> => {
  const ended = async (): Promise<boolean> =>
    (turn.on !== undefined && (await hasEnded(turn.on, turn.deadline))) || !turn.browser.isConnected() || !mineStill();
  try {
    const visited = await work(turn);
    return visited.ok || !(await ended()) ? visited : ENDED;
  } catch (error) {
    if (turn.on === undefined || (await ended())) return ENDED;
    throw error;
  }
};

/** On a page for one look, beside the one that the agent acts on. */
const lookApart = async (turn: Turn): Promise<Visited<Looked>> => {
  const { browser, reach, mine, visit, deadline } = turn;
  const alone = await openPage(browser, reach, visit.owner.hosts, "read");
  mine.alone = alone;
  try {
    const there = await arriveAt(turn, alone, "write", visit.open ?? "");
    return there.ok ? accept(await lookAt(alone, visit, deadline)) : there;
  } finally {
    await alone.close();
  }
};

const pushBackOf = ({ again_in_seconds: again }: NotVisited): PushBack =>
  again === undefined ? {} : { again_in_seconds: again };

const BUSY = "the page was busy until its time was over";
const NO_ANSWER = "the page did not answer in time";
