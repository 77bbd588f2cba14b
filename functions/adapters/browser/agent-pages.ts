import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { PageOwner } from "../../../shared/ports/pages.ts";
import type { OpenPage } from "./open-page.ts";

/** Agents that have a page at once; each is a process or two of some 100 MB. */
export const MOST_AGENTS = 20;
/** Approvals take as long; a page that nobody comes back to is closed. */
const IDLE_MS = 60 * 60_000;

/**
 * The pages of one agent for an execution: the one that it acts on, the one that was only looked at, and one that is
 * open for a single look.
 */
export type AgentPages = {
  write: OpenPage | undefined;
  read: OpenPage | undefined;
  alone: OpenPage | undefined;
  used_at: number;
  /** Visits of one agent come one after the other. */
  last: Promise<unknown>;
  busy: number;
};

export type PagesOfAgents = {
  /** Makes room where it has to, by closing pages that nobody works on. */
  of(owner: PageOwner): Result<AgentPages, string>;
  known(owner: PageOwner): AgentPages | undefined;
  closeAll(): Promise<void>;
};

const keyOf = ({ execution_id, agent_id, hosts }: PageOwner): string =>
  JSON.stringify([execution_id, agent_id, [...hosts].sort()]);

export const closePages = async (pages: AgentPages): Promise<void> => {
  const { read, write, alone } = pages;
  pages.read = pages.write = pages.alone = undefined;
  await Promise.all([read?.close(), write?.close(), alone?.close()]);
};

/** Closes one of them: whoever comes next opens another. */
export const closePage = async (pages: AgentPages, closed: OpenPage): Promise<void> => {
  for (const place of ["read", "write", "alone"] as const) if (pages[place] === closed) pages[place] = undefined;
  await closed.close();
};

/** Keeps the pages of so many agents at most; `now` in milliseconds since some moment. */
export const pagesOfAgents = (now: () => number, most: number): PagesOfAgents => {
  const agents = new Map<string, AgentPages>();

  /** Closes what was left alone for too long, and what is only idle where there is no room for another. */
  const makeRoomFor = (key: string): void => {
    for (const [other, pages] of agents) {
      const forgotten = now() - pages.used_at >= IDLE_MS;
      if (pages.busy > 0 || (!forgotten && (agents.size < most || other === key))) continue;
      agents.delete(other);
      closePages(pages);
    }
  };

  return {
    of: (owner) => {
      const key = keyOf(owner);
      makeRoomFor(key);
      const known = agents.get(key);
      if (known === undefined && agents.size >= most) {
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
    },
    known: (owner) => agents.get(keyOf(owner)),
    closeAll: async () => {
      const all = [...agents.values()];
      agents.clear();
      await Promise.all(all.map(closePages));
    },
  };
};
