import { Surprise } from "../plan/surprise.ts";

/**
 * The one word for a lost race: what a conditional write rested on has moved since it was read, and nothing was written.
 * Ports that write on condition answer it, and so does a turn of `compareAndSet` that wants to be taken again.
 */
export type Moved = "moved";

/** Others changed something at every one of so many turns. Nothing was written; the same may be tried later. */
export class Contended extends Surprise {
  override readonly name = "Contended";
  override readonly for_callers: string;
  constructor(what: string, turns: number) {
    super(`others changed ${what} ${turns} times in a row`);
    this.for_callers = `${this.message}; read the state again, or send the same again in a moment`;
  }
}

/** Waits after a race was lost, before the next turn. @param lost how many were lost so far, 1 or more */
export type Between = (lost: number) => Promise<void>;

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

/**
 * Pauses that double with each race that was lost, from 10 ms to half a second: those who contend without an order
 * between them, in many processes, leave room for each other. Each is cut by up to a half at random, so that two who
 * lost at one moment do not come back at one moment.
 * @param pause waits so many milliseconds
 * @param random from 0 to just below 1
 */
export const growingPauses =
  (pause: (milliseconds: number) => Promise<void>, random: () => number): Between =>
  (lost) =>
    pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (lost - 1)) * (1 - random() / 2));

/**
 * Takes a turn again and again until none lost the race. A turn is the whole of it: it reads anew, works out what
 * follows, and writes that on condition; it answers "moved" where somebody else has written in between, and anything
 * else ends this, a refusal too. Each lost race is a write of somebody else that stands, so as many as contend at one
 * moment come through one by one, and nobody need pause for that. Where others keep coming, the newest win as often as
 * those who have lost before: whoever must come through stands in a line with them, or pauses between turns. A turn that
 * throws ends this with its error.
 * @param turns how many at most, 1 or more: more than there can be others
 * @param between waits before each turn but the first; nobody waits unless it is given
 * @returns what the turn answered that was not "moved"; "moved" when all turns were
 */
export const takeTurns = async <Done>(
  turns: number,
  turn: () => Promise<Done | Moved>,
  between?: Between,
): Promise<Done | Moved> => {
  for (let taken = 0; taken < turns; taken += 1) {
    if (taken > 0) await between?.(taken);
    const done = await turn();
    if (done !== "moved") return done;
  }
  return "moved";
};

/**
 * The same for what is not to be given up quietly.
 * @param what is changed, in the words of the error
 * @throws Contended when all turns lost their race
 */
export const compareAndSet = async <Done>(
  what: string,
  turns: number,
  turn: () => Promise<Done | Moved>,
  between?: Between,
): Promise<Done> => {
  const done = await takeTurns(turns, turn, between);
  if (done === "moved") throw new Contended(what, turns);
  return done;
};
