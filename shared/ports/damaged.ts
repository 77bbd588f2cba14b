import { Surprise } from "../plan/surprise.ts";

/**
 * A stored record is there and cannot be read: it is not what any release of this system wrote. Not retryable; a person
 * puts it right, from a backup. Code that would act on it must not; whoever lists others beside it goes on with those.
 */
export class RecordDamaged extends Surprise {
  override readonly name = "RecordDamaged";
  /** Where it stands, as an operator finds it in the table. */
  readonly place: string;
  override readonly for_callers: string;
  constructor(place: string, cause: unknown) {
    super(`the record at ${place} cannot be read`, { cause });
    this.place = place;
    this.for_callers = `${this.message}: it has to be put right from a backup; all others go on`;
  }
}

/** The reason that a problem of the API gives for it. */
export const RECORD_DAMAGED = "record_damaged";

/** Those that can be read, and where those stand that cannot, or their names. */
export type Readable<Item> = { readonly items: Item[]; readonly unreadable: string[] };

/** All of them. @throws RecordDamaged for the first that cannot be read: who acts must not act on half of it */
export const allOf = <Item>({ items, unreadable }: Readable<Item>): Item[] => {
  const [place] = unreadable;
  if (place !== undefined) throw new RecordDamaged(place, undefined);
  return items;
};

/** The value that was read, or `otherwise` where it is damaged. */
export const unlessDamaged = async <Value, Otherwise>(
  read: () => Promise<Value>,
  otherwise: (damaged: RecordDamaged) => Otherwise | Promise<Otherwise>,
): Promise<Value | Otherwise> => {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof RecordDamaged)) throw error;
    return otherwise(error);
  }
};
