import { Surprise } from "../../plan/surprise.ts";
import { beginOf, endOf, type Program, type Step } from "./program.ts";

/** The steps left to spend. Shared by all patterns of one check, so that many cheap ones count as one dear one. */
export type Budget = { left: number };

/** Thrown where a budget is spent before it is known whether a text matches. */
export class BudgetSpent extends Surprise {
  override readonly name = "BudgetSpent";
}

/** The place to go back to where a way leads nowhere: another way, a shorter or longer run, or what a register held. */
type Back =
  | { readonly kind: "way"; readonly place: number; readonly at: number }
  | { readonly kind: "run"; readonly place: number; readonly from: number; readonly at: number; readonly turns: number }
  | { readonly kind: "register"; readonly register: number; readonly held: number };

type Run = Extract<Step, { op: "run" }>;

const NOTHING = -1;

/**
 * Whether a text matches somewhere, tried in the order and with the meaning of the ordinary engine: one way after the
 * other. Each try of a step or a character costs one.
 * @throws BudgetSpent
 */
export const matches = (program: Program, text: string, budget: Budget): boolean => {
  const machine = new Machine(program, text, budget);
  const [first] = program.steps;
  if (first?.op === "edge" && first.kind === "start") return machine.from(0);
  for (let at = 0; at <= text.length; at = machine.after(at)) if (machine.from(at)) return true;
  return false;
};

class Machine {
  readonly #program: Program;
  readonly #text: string;
  readonly #budget: Budget;
  #registers: number[] = [];
  #back: Back[] = [];

  constructor(program: Program, text: string, budget: Budget) {
    this.#program = program;
    this.#text = text;
    this.#budget = budget;
  }

  from(at: number): boolean {
    this.#registers = Array.from({ length: this.#program.registers }, () => NOTHING);
    this.#back = [];
    return this.#go(0, at);
  }

  /** Where the next character begins. */
  after(at: number): number {
    return at + (this.#program.unicode && (this.#text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
  }

  #before(at: number): number {
    if (!this.#program.unicode || at < 2) return at - 1;
    return (this.#text.codePointAt(at - 2) ?? 0) > 0xffff ? at - 2 : at - 1;
  }

  /** Where a character that fits ends; undefined where there is none. */
  #past({ fits, back }: Pick<Run, "fits" | "back">, at: number): number | undefined {
    this.#spend();
    const [from, to] = back ? [this.#before(at), this.#before(at)] : [at, this.after(at)];
    if (from < 0 || from >= this.#text.length) return undefined;
    const code = this.#program.unicode ? this.#text.codePointAt(from) : this.#text.charCodeAt(from);
    return code !== undefined && fits(code) ? to : undefined;
  }

  #spend(): void {
    this.#budget.left -= 1;
    if (this.#budget.left < 0) throw new BudgetSpent();
  }

  #set(register: number, held: number): void {
    this.#back.push({ kind: "register", register, held: this.#registers[register] ?? NOTHING });
    this.#registers[register] = held;
  }

  /** From a place in the program and the text to `done`, or through every other way since, to nothing. */
  #go(start: number, startAt: number): boolean {
    const bottom = this.#back.length;
    let place = start;
    let at = startAt;
    for (;;) {
      this.#spend();
      const step = this.#program.steps[place];
      if (step === undefined || step.op === "done") return true;
      const next = this.#step(step, place, at);
      if (next !== undefined) {
        [place, at] = next;
        continue;
      }
      const way = this.#goBack(bottom);
      if (way === undefined) return false;
      [place, at] = way;
    }
  }

  #step(step: Step, place: number, at: number): [number, number] | undefined {
    switch (step.op) {
      case "one": {
        const past = this.#past(step, at);
        return past === undefined ? undefined : [place + 1, past];
      }
      case "run":
        return this.#run(step, place, at);
      case "split":
        this.#back.push({ kind: "way", place: step.other, at });
        return [step.to, at];
      case "jump":
        return [step.to, at];
      case "note":
        this.#set(step.register, at);
        return [place + 1, at];
      case "forget":
        for (let register = step.from; register < step.until; register += 1) this.#set(register, NOTHING);
        return [place + 1, at];
      case "moved":
        return this.#registers[step.register] === at ? undefined : [place + 1, at];
      case "edge":
        return this.#isEdge(step.kind, at) ? [place + 1, at] : undefined;
      case "look":
        return this.#look(place + 1, at) === step.negative ? undefined : [step.to, at];
      case "same": {
        const past = this.#pastSame(step, at);
        return past === undefined ? undefined : [place + 1, past];
      }
      case "done":
        return undefined;
    }
  }

  #run(step: Run, place: number, from: number): [number, number] | undefined {
    let at = from;
    let turns = 0;
    const most = step.greedy ? step.max : step.min;
    while (turns < most) {
      const past = this.#past(step, at);
      if (past === undefined) break;
      at = past;
      turns += 1;
    }
    if (turns < step.min) return undefined;
    if (step.greedy ? turns > step.min : turns < step.max) this.#back.push({ kind: "run", place, from, at, turns });
    return [place + 1, at];
  }

  /** One character less of a run that took what it could, or one more of one that took no more than it had to. */
  #another({ place, from, at, turns }: Extract<Back, { kind: "run" }>): [number, number] | undefined {
    const step = this.#program.steps[place];
    if (step?.op !== "run") return undefined;
    const moved = step.greedy ? (step.back ? this.after(at) : this.#before(at)) : this.#past(step, at);
    if (moved === undefined) return undefined;
    const now = step.greedy ? turns - 1 : turns + 1;
    const more = step.greedy ? now > step.min : now < step.max;
    if (more) this.#back.push({ kind: "run", place, from, at: moved, turns: now });
    return [place + 1, moved];
  }

  #goBack(bottom: number): [number, number] | undefined {
    while (this.#back.length > bottom) {
      this.#spend();
      const back = this.#back.pop();
      if (back === undefined) return undefined;
      if (back.kind === "way") return [back.place, back.at];
      if (back.kind === "register") {
        this.#registers[back.register] = back.held;
        continue;
      }
      const way = this.#another(back);
      if (way !== undefined) return way;
    }
    return undefined;
  }

  /** A finding of a look is never looked for in another way; what its groups held is undone with what led to it. */
  #look(place: number, at: number): boolean {
    const bottom = this.#back.length;
    const step = this.#program.steps[place - 1];
    const found = this.#go(place, at);
    if (!found) return false;
    const inside = this.#back.splice(bottom);
    const kept = inside.filter((back) => back.kind === "register");
    if (step?.op === "look" && step.negative) {
      for (const { register, held } of kept.toReversed()) this.#registers[register] = held;
    } else {
      for (const each of kept) this.#back.push(each);
    }
    return true;
  }

  #isEdge(kind: Extract<Step, { op: "edge" }>["kind"], at: number): boolean {
    if (kind === "start") return at === 0;
    if (kind === "end") return at === this.#text.length;
    const differs = this.#isWord(at - 1) !== this.#isWord(at);
    return kind === "boundary" ? differs : !differs;
  }

  #isWord(at: number): boolean {
    return /^\w$/.test(this.#text.charAt(at));
  }

  #pastSame({ group, back }: Extract<Step, { op: "same" }>, at: number): number | undefined {
    const begin = this.#registers[beginOf(group)] ?? NOTHING;
    const end = this.#registers[endOf(group)] ?? NOTHING;
    // A group that holds nothing is the empty text.
    if (begin === NOTHING || end === NOTHING) return at;
    const held = this.#text.slice(begin, end);
    this.#budget.left -= held.length;
    const from = back ? at - held.length : at;
    if (from < 0 || !this.#text.startsWith(held, from)) return undefined;
    return back ? from : at + held.length;
  }
}
