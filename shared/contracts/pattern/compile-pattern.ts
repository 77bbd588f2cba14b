import regjsparser from "regjsparser";
import { accept, type Result, refuse } from "../../plan/result.ts";
import { Surprise } from "../../plan/surprise.ts";
import {
  FEATURES,
  type GroupNode,
  groupsIn,
  type Node,
  type PatternFlags,
  type QuantifierNode,
  singleOf,
} from "./pattern-tree.ts";
import { beginOf, endOf, type Program, type Step } from "./program.ts";

/** Counted repetitions of more than one character are written out; a pattern in the wild has a few hundred steps. */
const MAX_STEPS = 50_000;

class TooLong extends Surprise {
  override readonly name = "TooLong";
}

/** The program of a pattern that the engine itself takes with these flags, or why it has none, in words. */
export const compilePattern = (pattern: string, flags: PatternFlags): Result<Program, string> => {
  try {
    const root = regjsparser.parse(pattern, flags, FEATURES);
    return accept(new Compiler(root, flags).program());
  } catch (cause) {
    if (cause instanceof TooLong) return refuse("repeats what is itself repeated too many times to be checked");
    if (cause instanceof SyntaxError || cause instanceof RangeError) return refuse(`cannot be read: ${cause.message}`);
    throw cause;
  }
};

class Compiler {
  readonly #root: Node;
  readonly #flags: PatternFlags;
  readonly #steps: Step[] = [];
  readonly #groups: readonly GroupNode[];
  #registers: number;

  constructor(root: Node, flags: PatternFlags) {
    this.#root = root;
    this.#flags = flags;
    this.#groups = groupsIn(root);
    this.#registers = this.#groups.length * 2;
  }

  program(): Program {
    this.#write(this.#root, false);
    this.#add({ op: "done" });
    return { steps: this.#steps, registers: this.#registers, unicode: this.#flags === "u" };
  }

  #add(step: Step): number {
    if (this.#steps.length >= MAX_STEPS) throw new TooLong();
    return this.#steps.push(step) - 1;
  }

  get #next(): number {
    return this.#steps.length;
  }

  /** Keeps a place for a step that depends on what follows it. */
  #later(): (step: Step) => void {
    const place = this.#add({ op: "done" });
    return (step) => {
      this.#steps[place] = step;
    };
  }

  #write(node: Node, back: boolean): void {
    const single = singleOf(node, this.#flags);
    if (single !== undefined) {
      this.#add({ op: "one", fits: single, back });
      return;
    }
    switch (node.type) {
      case "alternative":
        this.#row(node.body, back);
        break;
      case "disjunction":
        this.#either(node.body, back);
        break;
      case "group":
        this.#group(node, back);
        break;
      case "quantifier":
        this.#repeat(node, back);
        break;
      case "anchor":
        this.#add({ op: "edge", kind: node.kind });
        break;
      case "reference":
        this.#reference(node, back);
        break;
      default:
        // A character of two units where units are what counts.
        this.#units(node.raw, back);
    }
  }

  #units(text: string, back: boolean): void {
    const units = text.split("");
    for (const unit of back ? units.reverse() : units) {
      const code = unit.charCodeAt(0);
      this.#add({ op: "one", fits: (each) => each === code, back });
    }
  }

  #row(nodes: readonly Node[], back: boolean): void {
    for (const node of back ? nodes.toReversed() : nodes) this.#write(node, back);
  }

  #either([first, ...others]: readonly Node[], back: boolean): void {
    if (first === undefined) return;
    if (others.length === 0) {
      this.#write(first, back);
      return;
    }
    const split = this.#later();
    const to = this.#next;
    this.#write(first, back);
    const jump = this.#later();
    split({ op: "split", to, other: this.#next });
    this.#either(others, back);
    jump({ op: "jump", to: this.#next });
  }

  #group(node: GroupNode, back: boolean): void {
    switch (node.behavior) {
      case "ignore":
        this.#row(node.body, back);
        break;
      case "normal": {
        const group = this.#groups.indexOf(node) + 1;
        this.#add({ op: "note", register: back ? endOf(group) : beginOf(group) });
        this.#row(node.body, back);
        this.#add({ op: "note", register: back ? beginOf(group) : endOf(group) });
        break;
      }
      case "lookahead":
      case "negativeLookahead":
      case "lookbehind":
      case "negativeLookbehind": {
        const look = this.#later();
        this.#row(node.body, node.behavior.toLowerCase().endsWith("behind"));
        this.#add({ op: "done" });
        look({ op: "look", negative: node.behavior.startsWith("negative"), to: this.#next });
      }
    }
  }

  #repeat({ body: [body], min, max = Number.POSITIVE_INFINITY, greedy }: QuantifierNode, back: boolean): void {
    const single = singleOf(body, this.#flags);
    if (single !== undefined) {
      this.#add({ op: "run", fits: single, back, min, max, greedy });
      return;
    }
    for (let turn = 0; turn < min; turn += 1) this.#turn(body, back);
    if (max === Number.POSITIVE_INFINITY) this.#endless(body, greedy, back);
    else this.#atMost(body, max - min, greedy, back);
  }

  #turn(body: Node, back: boolean): void {
    const [first, last] = this.#groupsOf(body);
    if (first !== undefined && last !== undefined) {
      this.#add({ op: "forget", from: beginOf(first), until: endOf(last) + 1 });
    }
    this.#write(body, back);
  }

  /** Groups are numbered as they open, so those of one part follow one another. */
  #groupsOf(body: Node): [number | undefined, number | undefined] {
    const inside = groupsIn(body).map((group) => this.#groups.indexOf(group) + 1);
    return [inside[0], inside.at(-1)];
  }

  /** A turn that may be left out, and that leads nowhere where it does not move. */
  #freeTurn(body: Node, register: number, back: boolean): void {
    this.#add({ op: "note", register });
    this.#turn(body, back);
    this.#add({ op: "moved", register });
  }

  #endless(body: Node, greedy: boolean, back: boolean): void {
    const start = this.#next;
    const split = this.#later();
    this.#freeTurn(body, this.#registers++, back);
    this.#add({ op: "jump", to: start });
    split(choice(greedy, start + 1, this.#next));
  }

  #atMost(body: Node, turns: number, greedy: boolean, back: boolean): void {
    const splits: ((end: number) => void)[] = [];
    const register = this.#registers++;
    for (let turn = 0; turn < turns; turn += 1) {
      const split = this.#later();
      const start = this.#next;
      splits.push((end) => split(choice(greedy, start, end)));
      this.#freeTurn(body, register, back);
    }
    for (const split of splits) split(this.#next);
  }

  #reference(node: Extract<Node, { type: "reference" }>, back: boolean): void {
    const group =
      node.matchIndex ??
      this.#groups.findIndex((each) => each.behavior === "normal" && each.name?.value === node.name?.value) + 1;
    this.#add({ op: "same", group, back });
  }
}

const choice = (greedy: boolean, turn: number, end: number): Step =>
  greedy ? { op: "split", to: turn, other: end } : { op: "split", to: end, other: turn };
