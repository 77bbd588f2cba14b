import { ConditionalCheckFailedException, DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import { InvalidItem, ItemTooLarge, type Key } from "../table/item.ts";

export const isRefusal = (error: unknown): error is ConditionalCheckFailedException =>
  error instanceof ConditionalCheckFailedException;

/** The SDK repeats a request whose reply was lost: then the refusal may be of its own repetition. */
export const wasRepeated = (error: ConditionalCheckFailedException): boolean => (error.$metadata.attempts ?? 1) > 1;

/** DynamoDB answered that the request was at fault: nothing was written. Anything else leaves that open. */
export const isCertain = (error: unknown): boolean =>
  error instanceof DynamoDBServiceException && error.$fault === "client";

/** A refusal of the item itself, in the table's words. */
export const named = (error: unknown, key: Key): unknown => {
  if (!(error instanceof DynamoDBServiceException) || error.name !== "ValidationException") return error;
  return /item size/i.test(error.message) ? new ItemTooLarge(key) : new InvalidItem(key, error.message);
};
