import { pictureInBase64 } from "../../../shared/execution/approval/picture.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import type { Answer } from "../http/endpoint.ts";
import { notFound } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";

/** The picture beside a request's preview. It is of one media type, whatever it was told to be, and below 1 MiB. */
export const readPicture =
  (deps: Pick<Deps, "approvals" | "bodies">) =>
  async (approval_id: string): Promise<Result<Answer, Problem>> => {
    const request = await deps.approvals.get(approval_id);
    if (request === undefined) return refuse(notFound(`approval ${approval_id}`));
    const kept = request.picture === undefined ? undefined : await deps.bodies.get(request.picture);
    const base64 = kept === undefined ? undefined : pictureInBase64(kept);
    if (base64 === undefined) return refuse(notFound(`a picture of approval ${approval_id}`));
    return accept({
      status: 200,
      content_type: "image/jpeg",
      content: new Uint8Array(Buffer.from(base64, "base64")),
      headers: {},
    });
  };
