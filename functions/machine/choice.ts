import type { ChoiceRule, Comparison } from "./definition.ts";
import { type Scope, valueAt } from "./paths.ts";

const holds = (comparison: Comparison, scope: Scope): boolean => {
  const value = valueAt(comparison.Variable, scope);
  if (comparison.IsPresent !== undefined) return (value !== undefined) === comparison.IsPresent;
  return value === (comparison.StringEquals ?? comparison.BooleanEquals);
};

/** The state a Choice leads to. A variable that is not there equals nothing. */
export const chosen = (rules: readonly ChoiceRule[], otherwise: string, scope: Scope): string =>
  rules.find((rule) => ("And" in rule ? rule.And.every((each) => holds(each, scope)) : holds(rule, scope)))?.Next ??
  otherwise;
