import type { StepChanges } from "../../../shared/execution/record/step-event.ts";
import type { StepRecord } from "../../../shared/execution/record/step-record.ts";
import type { Deps } from "../../deps.ts";
import type { Previewed } from "../../tools/safe-answer.ts";
import { bodyPrefix } from "./step-context.ts";

/** The picture of the preview that was made, as the step's record has it: an earlier preview's is none of this one. */
export const keepPicture = async (
  { bodies }: Pick<Deps, "bodies">,
  record: StepRecord,
  { picture }: Pick<Previewed, "picture">,
): Promise<Pick<StepChanges, "preview_picture">> => {
  if (picture !== undefined) {
    return { preview_picture: await bodies.put(bodyPrefix(record.execution_id, "pictures"), picture) };
  }
  return record.preview_picture == null ? {} : { preview_picture: null };
};
