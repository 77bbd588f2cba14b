import { accept, type Result, refuse } from "../../plan/result.ts";
import { compilePattern } from "./compile-pattern.ts";
import type { PatternFlags } from "./pattern-tree.ts";
import type { Program } from "./program.ts";
import { type Budget, matches } from "./run-program.ts";

export type GuardedPattern = {
  /** @throws BudgetSpent */
  readonly test: (text: string, budget: Budget) => boolean;
  /** It is read as the drafts before 2019-09 read patterns, since the newer way takes it for none. */
  readonly older: boolean;
};

/** Signs that mean something else, or a letter, where the older way reads them; a pattern with one is not taken so. */
const MEANS_ELSE = /\\(?:[pPkC-EG-OQRT-VX-ZaceghijlmoqyzAu](?![0-9a-fA-F]{4})|u\{)/;

const isTaken = (pattern: string, flags: PatternFlags): Result<null, string> => {
  try {
    new RegExp(pattern, flags);
    return accept(null);
  } catch (cause) {
    return refuse(cause instanceof Error ? cause.message : String(cause));
  }
};

const KEPT = 1_000;
const kept = new Map<string, Result<GuardedPattern, string>>();

/** A pattern that runs under a budget, or why it is none, in words. */
export const guardedPattern = (pattern: string): Result<GuardedPattern, string> => {
  const known = kept.get(pattern);
  if (known !== undefined) return known;
  const made = make(pattern);
  if (kept.size >= KEPT) kept.clear();
  kept.set(pattern, made);
  return made;
};

const make = (pattern: string): Result<GuardedPattern, string> => {
  const newer = isTaken(pattern, "u");
  if (newer.ok) return guarded(compilePattern(pattern, "u"), false);
  if (MEANS_ELSE.test(pattern) || !isTaken(pattern, "").ok) return refuse(newer.refusal);
  return guarded(compilePattern(pattern, ""), true);
};

const guarded = (program: Result<Program, string>, older: boolean): Result<GuardedPattern, string> =>
  program.ok ? accept({ test: (text, budget) => matches(program.value, text, budget), older }) : program;
