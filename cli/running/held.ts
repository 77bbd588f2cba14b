import { plural } from "../../shared/shown/words.ts";
import type { Api } from "../client/api.ts";
import { hint } from "../hints.ts";
import { caller, type Look } from "../render/approval.ts";
import { unreadableLines, word } from "../render/labels.ts";
import { scopeText } from "../render/system.ts";
import { table } from "../render/table.ts";
import type { HeldExecution } from "../replies/system.ts";

type Held = {
  readonly value: readonly HeldExecution[];
  readonly printable: readonly HeldExecution[];
  /** Printable: where records stand of which nobody can say whether a lock holds something of them. */
  readonly unreadable: readonly string[];
};

/** Everything that locks hold, page after page: as it came, and printable. */
export const everyHeld = async (api: Api): Promise<Held> => {
  const value: HeldExecution[] = [];
  const printable: HeldExecution[] = [];
  const unreadable: string[] = [];
  for (let next: string | undefined; ; ) {
    const page = await api.held(next);
    value.push(...page.value.items);
    printable.push(...page.printable.items);
    unreadable.push(...(page.printable.unreadable ?? []));
    if (page.value.next === null) return { value, printable, unreadable };
    next = page.value.next;
  }
};

const SHOWN = 50;

/** The steps that are held. */
export const heldLines = ({ printable: held, unreadable }: Held, look: Look): string[] => {
  const { paint, columns } = look;
  const beside = unreadableLines(unreadable, "execution");
  if (held.length === 0) return [...(beside.length === 0 ? ["Nothing is held by a lock."] : []), ...beside];
  const free = held.filter(({ held_by }) => held_by === null).length;
  return [
    `${plural(held.length, "execution")} ${held.length === 1 ? "is" : "are"} held, ${free} of them by no lock any more:`,
    ...table(
      [
        { head: "EXECUTION" },
        { head: "STATUS" },
        { head: "STEPS", align: "right" },
        { head: "BY", shrink_to: 6 },
        { head: "STILL LOCKED BY", shrink_to: 10 },
      ],
      held
        .slice(0, SHOWN)
        .map((each) => [
          each.execution_id,
          word(paint, each.status),
          String(each.steps_held),
          caller(look, each.submitted_by),
          each.held_by === null ? "" : `${scopeText(each.held_by.scope)} (${caller(look, each.held_by.locked_by)})`,
        ]),
      { width: columns - 2, paintHead: paint.dim },
    ).map((line) => `  ${line}`),
    ...(held.length > SHOWN ? [`  and ${held.length - SHOWN} more`] : []),
    ...beside,
  ];
};

/** How what no lock holds any more goes on. */
export const resumeLines = ({ value }: Held): string[] =>
  value.some(({ held_by }) => held_by === null) ? [`Resume them together: ${hint.resumeLocked()}`] : [];
