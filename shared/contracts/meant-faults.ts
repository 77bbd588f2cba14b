import { isAtOrBelow } from "../plan/json-pointer.ts";
import type { ArgumentFault } from "./argument-violation.ts";

const ONE_OF_SEVERAL = new Set(["anyOf", "oneOf"]);

/** The faults that a choice of schemas has in each of its branches, by the branch's number. */
const branchesOf = (choice: ArgumentFault, faults: readonly ArgumentFault[]): Map<string, ArgumentFault[]> => {
  const inside = `${choice.by}/`;
  return Map.groupBy(
    faults.filter(({ by, at }) => by.startsWith(inside) && isAtOrBelow(at, choice.at)),
    ({ by }) => by.slice(inside.length).split("/", 1)[0] ?? "",
  );
};

/**
 * Faults without those of branches that the value was never meant for. Of "one thing or a list of them", each wrong thing is
 * wrong as a list as well, and fits neither: told so, it is three faults, one of which leads astray. The branch of the
 * value's own type is what was meant; where none is, the types that would be are told as one.
 */
export const meantFaults = (faults: readonly ArgumentFault[]): readonly ArgumentFault[] => {
  const dropped = new Set<ArgumentFault>();
  const told = new Map<ArgumentFault, ArgumentFault>();
  for (const choice of faults) {
    if (!ONE_OF_SEVERAL.has(choice.keyword)) continue;
    const branches = branchesOf(choice, faults);
    const typeOf = (number: string, all: readonly ArgumentFault[]) =>
      all.find(({ by, at }) => at === choice.at && by === `${choice.by}/${number}/type`);
    const others = [...branches].filter(([number, all]) => typeOf(number, all) !== undefined);
    if (others.length === 0) continue;
    for (const fault of others.flatMap(([, all]) => all)) dropped.add(fault);
    if (branches.size - others.length === 1) dropped.add(choice);
    if (branches.size === others.length) {
      const types = others.flatMap(
        ([number, all]) =>
          typeOf(number, all)
            ?.said()
            .message.replace(/^must be /, "") ?? [],
      );
      const message = `must be ${[...new Set(types)].join(" or ")}`;
      told.set(choice, { ...choice, said: () => ({ path: choice.at, rule: "argument_type", message }) });
    }
  }
  return faults.filter((fault) => !dropped.has(fault)).map((fault) => told.get(fault) ?? fault);
};
