import { Unstorable } from "../../../shared/ports/unstorable.ts";

export type Key = { readonly pk: string; readonly sk: string };

/** Whole numbers only: fractions, nulls and everything nested travel in a `body` as JSON text. */
export type Scalar = string | number | boolean;

/**
 * A flat item. `gsi1pk` and `gsi1sk`, where both are present, put it into the index; `gsi1sk` must be unique within
 * its `gsi1pk`, because it is what a listing goes on from.
 */
export type Item = Key & { readonly [attribute: string]: Scalar };

/** DynamoDB's limit on one item, in bytes: 400 KB. */
export const MAX_ITEM_BYTES = 409_600;

/** An item is over the database's limit. Not retryable: something has to be kept elsewhere, or made smaller. */
export class ItemTooLarge extends Unstorable {
  override readonly name = "ItemTooLarge";
  constructor(key: Key, bytes?: number) {
    const size = bytes === undefined ? "is larger" : `has ${bytes} bytes, more`;
    super(`item ${key.pk} / ${key.sk} ${size} than the limit of ${MAX_ITEM_BYTES} bytes (400 KB) for one item`);
  }
}

/** An item or key that the database cannot hold: a defect in the caller. */
export class InvalidItem extends Unstorable {
  override readonly name = "InvalidItem";
  constructor(key: Key, why: string) {
    super(`item ${key.pk} / ${key.sk}: ${why}`);
  }
}
