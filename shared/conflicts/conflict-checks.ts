import { type ConflictCheck, checkOf } from "./conflict-rule.ts";
import { duplicateAction } from "./duplicate-action.ts";
import { orderingConflict } from "./ordering-conflict.ts";
import { permissionConflict } from "./permission-conflict.ts";
import { rateLimitConflict } from "./rate-limit-conflict.ts";
import { resourceConflict } from "./resource-conflict.ts";
import { timeoutConflict } from "./timeout-conflict.ts";

/** The rules in the order in which they are checked. Later ones no longer see a step that an earlier one aborts. */
export const CONFLICT_CHECKS: readonly ConflictCheck[] = [
  checkOf(permissionConflict),
  checkOf(duplicateAction),
  checkOf(orderingConflict),
  checkOf(resourceConflict),
  checkOf(rateLimitConflict),
  checkOf(timeoutConflict),
];
