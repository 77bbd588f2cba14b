import type { Browser } from "playwright-core";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Acted, Looked, PageOwner, Pages, Visit, VisitLimits } from "../../../shared/ports/pages.ts";
import type { SecretFamily } from "../../../shared/ports/secrets.ts";
import type { PushBack } from "../../../shared/ports/tools.ts";
import type { ClientOptions } from "../http/connections.ts";
import { actOn, afterBegun } from "./act-on.ts";
import { type Deadline, deadlineOf } from "./deadline.ts";
import { isTimeout } from "./elements.ts";
import { goTo, isAt, isBlank, signInto } from "./go-to.ts";
import { lookAt } from "./look-at.ts";
import { type OpenPage, openPage } from "./open-page.ts";
import { wordsOf } from "./words.ts";

/** Agents that have a page at once; each is a process or two of some 100 MB. */
const MOST_AGENTS = 20;
/** Approvals take as long; a page that nobody comes back to is closed. */
const IDLE_MS = 60 * 60_000;

export type PagesOptions = {
  /** A browser that has been started, or in words why there is none. */
  readonly start: () => Promise<Result<Browser, string>>;
  readonly reach: ClientOptions;
  /** Milliseconds since some moment. */
  readonly now: () => number;
  readonly most_agents?: number;
};

/** Until when a visit is asked for again that came while the browser was being unpacked or started, in seconds. */
const STARTING_SECONDS = 2;

/** Pages in a browser that runs until it is stopped. */
export type KeptPages = Pages & {
  /** Closes every page; the browser runs on. */
  closeAll(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * The pages of one agent for an execution: the one that it acts on, the one that was only looked at, and one that is
 * open for a single look.
 */
type AgentPages = {
  write: OpenPage | undefined;
  read: OpenPage | undefined;
  alone: OpenPage | undefined;
  used_at: number;
  /** Visits of one agent come one after the other. */
  last: Promise<unknown>;
  busy: number;
};

type NotVisited = { readonly ok: false; readonly refusal: string } & PushBack;
type Visited<Value> = { readonly ok: true; readonly value: Value } | NotVisited;

const BEING_STARTED: NotVisited = {
  ok: false,
  refusal: "the browser is being started",
  again_in_seconds: STARTING_SECONDS,
};

/** The pages of all agents, in one browser that is started when a page is first wanted and again when it died. */
export const chromiumPages = ({ start, reach, now, most_agents = MOST_AGENTS }: PagesOptions): KeptPages => {
  const agents = new Map<string, AgentPages>();
  let browser: Promise<Result<Browser, string>> | undefined;

  const running = async (): Promise<Result<Browser, string>> => {
    browser ??= start();
    const starting = browser;
    const started = await starting;
    if (started.ok && started.value.isConnected()) return started;
    if (browser === starting) {
      browser = undefined;
      await closeAll();
    }
    return started.ok ? running() : started;
  };

  const close = async (pages: AgentPages): Promise<void> => {
    const { read, write, alone } = pages;
    pages.read = pages.write = pages.alone = undefined;
    await Promise.all([read?.close(), write?.close(), alone?.close()]);
  };

  const closeAll = async (): Promise<void> => {
    const all = [...agents.values()];
    agents.clear();
    await Promise.all(all.map(close));
  };

  const agentOf = (owner: PageOwner): Result<AgentPages, string> => {
    const key = JSON.stringify([owner.execution_id, owner.agent_id, [...owner.hosts].sort()]);
    for (const [other, pages] of agents) {
      if (pages.busy > 0 || (now() - pages.used_at < IDLE_MS && agents.size < most_agents)) continue;
      if (other === key && now() - pages.used_at < IDLE_MS) continue;
      agents.delete(other);
      close(pages);
    }
    const known = agents.get(key);
    if (known === undefined && agents.size >= most_agents) {
      return refuse(`${agents.size} agents have a page open, and each is at work`);
    }
    const pages = known ?? {
      ...{ write: undefined, read: undefined, alone: undefined },
      ...{ used_at: now(), last: Promise.resolve(), busy: 0 },
    };
    // The one that was used last is the last to be closed.
    agents.delete(key);
    agents.set(key, pages);
    pages.used_at = now();
    return accept(pages);
  };

  /**
   * One visit, when those before it on the agent's pages are over. A page whose own script runs without an end answers
   * nothing any more, and the library waits for it: when the time is over its agent's pages are closed, which ends that.
   */
  const inTurn = async <Value>(
    owner: PageOwner,
    limits: VisitLimits,
    work: (browser: Browser, pages: AgentPages, deadline: Deadline) => Promise<Visited<Value>>,
  ): Promise<Visited<Value>> => {
    const until = deadlineOf(limits, now);
    const state = { begun: false, given_up: false };
    const deadline: Deadline = { ...until, over: () => state.given_up || until.over() };
    const started = await withinMs(running(), deadline.left() / 3);
    if (started === undefined) return BEING_STARTED;
    if (!started.ok) return started;
    const pages = agentOf(owner);
    if (!pages.ok) return pages;
    const mine = pages.value;
    mine.busy += 1;
    const turn = mine.last.then(async (): Promise<Visited<Value>> => {
      if (deadline.over()) return refuse(BUSY);
      state.begun = true;
      return work(started.value, mine, deadline);
    });
    mine.last = turn.catch(() => undefined);
    try {
      const visited = await withinMs(turn, deadline.patience());
      if (visited !== undefined) return visited;
      state.given_up = true;
      if (!state.begun) return refuse(BUSY);
      close(mine);
      return refuse(NO_ANSWER);
    } catch (error) {
      return refuse(isTimeout(error) ? NO_ANSWER : wordsOf(error));
    } finally {
      mine.busy -= 1;
      mine.used_at = now();
    }
  };

  /** The agent's page of a family, opened where it is not there. */
  const pageOf = async (
    browser: Browser,
    mine: AgentPages,
    { owner }: Visit,
    family: SecretFamily,
  ): Promise<OpenPage> => {
    const known = mine[family];
    if (known !== undefined && !known.page.isClosed()) return known;
    await known?.close();
    const opened = await openPage(browser, reach, owner.hosts, family);
    mine[family] = opened;
    return opened;
  };

  const opened = async (
    open: OpenPage,
    visit: Visit,
    family: SecretFamily,
    address: string,
    deadline: Deadline,
  ): Promise<Result<OpenPage, string>> => {
    const signed = await signInto(open, visit, family, deadline);
    if (!signed.ok) return signed;
    const there = await goTo(open, address, deadline);
    return there.ok ? accept(open) : there;
  };

  const showsIt = (open: OpenPage | undefined, { open: address }: Visit): open is OpenPage =>
    open !== undefined && !isBlank(open) && (address === undefined || isAt(open, address));

  /** The page that the agent acts on, where it shows what is meant; else one that is only looked at. */
  const toLookAt = async (
    browser: Browser,
    mine: AgentPages,
    visit: Visit,
    deadline: Deadline,
  ): Promise<Result<OpenPage, string>> => {
    for (const known of [mine.write, mine.read]) if (showsIt(known, visit)) return accept(known);
    if (visit.open === undefined) return refuse(NONE_OPEN);
    return opened(await pageOf(browser, mine, visit, "read"), visit, "read", visit.open, deadline);
  };

  /** The page that the agent acts on, at what is meant. */
  const toActOn = async (
    browser: Browser,
    mine: AgentPages,
    visit: Visit,
    deadline: Deadline,
  ): Promise<Result<OpenPage, string>> => {
    if (showsIt(mine.write, visit)) return accept(mine.write);
    const address = visit.open ?? (mine.read === undefined || isBlank(mine.read) ? undefined : mine.read.page.url());
    if (address === undefined) return refuse(NONE_OPEN);
    return opened(await pageOf(browser, mine, visit, "write"), visit, "write", address, deadline);
  };

  /** A page for one look, beside the one that the agent acts on. */
  const apart = async (
    browser: Browser,
    mine: AgentPages,
    visit: Visit,
    deadline: Deadline,
  ): Promise<Visited<Looked>> => {
    const alone = await openPage(browser, reach, visit.owner.hosts, "read");
    mine.alone = alone;
    try {
      const there = await opened(alone, visit, "write", visit.open ?? "", deadline);
      return there.ok ? accept(await lookAt(alone, visit, deadline)) : there;
    } finally {
      await alone.close();
    }
  };

  const looking = async (visit: Visit, limits: VisitLimits, find: typeof toLookAt): Promise<Looked> => {
    const deadline = deadlineOf(limits, now);
    const looked = await inTurn<Looked>(visit.owner, limits, async (started, mine, left) => {
      if (visit.apart === true) return apart(started, mine, visit, left);
      const found = await find(started, mine, visit, left);
      return found.ok ? accept(await lookAt(found.value, visit, left)) : found;
    });
    if (looked.ok) return looked.value;
    return { kind: "not_seen", why: looked.refusal, timed_out: deadline.over(), ...pushBackOf(looked) };
  };

  return {
    look: (visit, limits) => looking(visit, limits, toLookAt),
    lookToAct: (visit, limits) => looking(visit, limits, toActOn),
    act: async (visit, limits) => {
      const progress = { begun: 0 };
      const acted = await inTurn<Acted>(visit.owner, limits, async (started, mine, left) => {
        const found = await toActOn(started, mine, visit, left);
        return found.ok ? accept(await actOn(found.value, visit, left, progress)) : found;
      });
      if (acted.ok) return acted.value;
      // Nothing is begun any more after the time is over.
      if (progress.begun > 0) return { kind: "unknown", why: afterBegun(progress, visit, acted.refusal) };
      return { kind: "nothing_done", why: acted.refusal, ...pushBackOf(acted) };
    },
    recall: async (owner, key) => {
      const known = agents.get(JSON.stringify([owner.execution_id, owner.agent_id, [...owner.hosts].sort()]));
      return known?.write === undefined || known.write.page.isClosed() ? undefined : known.write.done.get(key);
    },
    closeAll,
    stop: async () => {
      const started = await browser;
      browser = undefined;
      await closeAll();
      if (started?.ok === true) await started.value.close();
    },
  };
};

const pushBackOf = ({ again_in_seconds: again }: NotVisited): PushBack =>
  again === undefined ? {} : { again_in_seconds: again };

/** The result of the work; undefined where it takes longer. */
const withinMs = async <Value>(work: Promise<Value>, ms: number): Promise<Value | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms).unref();
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

const BUSY = "the page was busy until its time was over";
const NO_ANSWER = "the page did not answer in time";
const NONE_OPEN = "the agent has no page open: its first call names the address";
