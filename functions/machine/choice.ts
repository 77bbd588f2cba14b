import type { ChoiceRule, Comparison } from "./definition.ts";
import { PathLeadsNowhere, type Scope, valueAt } from "./paths.ts";

const holds = ({ Variable, IsPresent, StringEquals, BooleanEquals }: Comparison, scope: Scope): boolean => {
  const value = valueAt(Variable, scope);
  if (IsPresent !== undefined) return (value !== undefined) === IsPresent;
  if (value === undefined) throw new PathLeadsNowhere(Variable);
  return value === (StringEquals ?? BooleanEquals);
};

/** The state a Choice leads to. @throws PathLeadsNowhere for a variable that is not there, unless its presence is asked */
export const chosen = (rules: readonly ChoiceRule[], otherwise: string, scope: Scope): string =>
  rules.find((rule) => ("And" in rule ? rule.And.every((each) => holds(each, scope)) : holds(rule, scope)))?.Next ??
  otherwise;
