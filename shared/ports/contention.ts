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

/**
 * Takes a turn again and again until none lost the race. A turn is the whole of it: it reads anew, works out what
 * follows, and writes that on condition; it answers "moved" where somebody else has written in between, and anything
 * else ends this, a refusal too. Nobody pauses between turns: each lost race is a write of somebody else that stands, so
 * those who contend come through one by one. A turn that throws ends this with its error.
 * @param turns how many at most, 1 or more: more than there can be others
 * @returns what the turn answered that was not "moved"; "moved" when all turns were
 */
export const takeTurns = async <Done>(turns: number, turn: () => Promise<Done | Moved>): Promise<Done | Moved> => {
  for (let left = turns; left > 0; left -= 1) {
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
): Promise<Done> => {
  const done = await takeTurns(turns, turn);
  if (done === "moved") throw new Contended(what, turns);
  return done;
};
