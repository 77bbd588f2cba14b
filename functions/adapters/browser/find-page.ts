import type { Browser } from "playwright-core";
import type { SecretFamily } from "../../../shared/contracts/binding/secret-family.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Visit } from "../../../shared/ports/pages.ts";
import type { ClientOptions } from "../http/connections.ts";
import { type AgentPages, closePage } from "./agent-pages.ts";
import type { Deadline } from "./deadline.ts";
import { goTo, isAt, isBlank, signInto } from "./go-to.ts";
import { type OpenPage, openPage } from "./open-page.ts";

/** One visit while it has its turn on the agent's pages. */
export type Turn = {
  readonly browser: Browser;
  readonly reach: ClientOptions;
  readonly mine: AgentPages;
  readonly visit: Visit;
  readonly deadline: Deadline;
  /** The page that the visit is on, as soon as there is one. */
  on: OpenPage | undefined;
};

const NONE_OPEN = "the agent has no page open: its first call names the address";

/** The agent's page of a family, opened where it is not there. */
const pageOf = async ({ browser, reach, mine, visit }: Turn, family: SecretFamily): Promise<OpenPage> => {
  const known = mine[family];
  if (known !== undefined && !known.page.isClosed()) return known;
  await known?.close();
  const opened = await openPage(browser, reach, visit.owner.hosts, family);
  mine[family] = opened;
  return opened;
};

/**
 * Signs in where the visit has to, and goes there. A page that does not come in time is closed: a script may keep it busy,
 * and with it every page that shares its process.
 */
export const arriveAt = async (
  turn: Turn,
  open: OpenPage,
  family: SecretFamily,
  address: string,
): Promise<Result<OpenPage, string>> => {
  const { mine, visit, deadline } = turn;
  turn.on = open;
  const signed = await signInto(open, visit, family, deadline);
  const there = signed.ok ? await goTo(open, address, deadline) : signed;
  if (there.ok) return accept(open);
  if (deadline.over()) closePage(mine, open);
  return there;
};

const showsIt = (open: OpenPage | undefined, { open: address }: Visit): open is OpenPage =>
  open !== undefined && !isBlank(open) && (address === undefined || isAt(open, address));

const stayOn = (turn: Turn, open: OpenPage): Result<OpenPage, string> => {
  turn.on = open;
  return accept(open);
};

/** The page that the agent acts on, where it shows what is meant; else one that is only looked at. */
export const findToLookAt = async (turn: Turn): Promise<Result<OpenPage, string>> => {
  const { mine, visit } = turn;
  for (const known of [mine.write, mine.read]) if (showsIt(known, visit)) return stayOn(turn, known);
  if (visit.open === undefined) return refuse(NONE_OPEN);
  return arriveAt(turn, await pageOf(turn, "read"), "read", visit.open);
};

/** The page that the agent acts on, at what is meant. */
export const findToActOn = async (turn: Turn): Promise<Result<OpenPage, string>> => {
  const { mine, visit } = turn;
  if (showsIt(mine.write, visit)) return stayOn(turn, mine.write);
  const address = visit.open ?? (mine.read === undefined || isBlank(mine.read) ? undefined : mine.read.page.url());
  if (address === undefined) return refuse(NONE_OPEN);
  return arriveAt(turn, await pageOf(turn, "write"), "write", address);
};
