import { type Condition, partsOf } from "../table/conditions.ts";
import type { Item } from "../table/item.ts";

/** Whether the condition holds for the item that stands there; `undefined` is an item without attributes. */
export const holds = (condition: Condition, item: Item | undefined): boolean => {
  switch (condition.is) {
    case "and":
      return partsOf(condition).every((part) => holds(part, item));
    case "or":
      return partsOf(condition).some((part) => holds(part, item));
    case "absent":
      return item?.[condition.attribute] === undefined;
    case "present":
      return item?.[condition.attribute] !== undefined;
    case "=":
      return item?.[condition.attribute] === condition.value;
    case "<>":
      return item?.[condition.attribute] !== condition.value;
    default:
      return compares(condition.is, item?.[condition.attribute], condition.value);
  }
};

const compares = (is: "<" | "<=" | ">" | ">=", stored: unknown, value: number): boolean => {
  if (typeof stored !== "number") return false;
  switch (is) {
    case "<":
      return stored < value;
    case "<=":
      return stored <= value;
    case ">":
      return stored > value;
    case ">=":
      return stored >= value;
  }
};
