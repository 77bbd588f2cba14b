import { useEffect, useState } from "preact/hooks";
import type { ApprovalView } from "../../functions/api/schemas.ts";
import { printable } from "../../shared/shown/untrusted.ts";
import type { Api } from "../client/api.ts";
import { Moment } from "../parts/time.tsx";

type Request = Pick<ApprovalView, "approval_id" | "picture" | "summary" | "preview_made_at">;
type PictureProps = { readonly api: Api; readonly request: Request };

/** An image for this page alone: the content policy lets none come from another place. */
const imageOf = (bytes: Uint8Array): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    // Its media type is said here: a file that is another is no image then, whatever it holds.
    reader.readAsDataURL(new Blob([bytes.slice()], { type: "image/jpeg" }));
  });

type State = { readonly image: string } | { readonly why: string } | undefined;

/** The page that the call would act on, as it looked when the preview was made. Fetched once for each picture. */
export const Picture = ({ api, request }: PictureProps) => {
  const { picture, approval_id } = request;
  const [state, setState] = useState<State>();
  const [turn, setTurn] = useState(0);
  const [large, setLarge] = useState(false);
  const digest = picture?.digest;
  useEffect(() => {
    let over = false;
    const look = async (): Promise<State> => {
      const answer = await api.picture(approval_id);
      if (answer.kind === "value") return { image: await imageOf(answer.value) };
      return { why: answer.kind === "problem" ? answer.problem.detail : "there was no answer" };
    };
    setState(undefined);
    if (digest !== undefined) {
      look()
        .catch((): State => ({ why: "it cannot be read" }))
        .then((found) => {
          if (!over) setState(found);
        });
    }
    return () => {
      over = true;
    };
  }, [api, approval_id, digest, turn]);
  if (picture === undefined) return null;
  return (
    <figure class={large ? "picture picture-large" : "picture"}>
      {state === undefined ? <p class="loading">Looking for the picture …</p> : null}
      {state !== undefined && "image" in state ? (
        <button
          type="button"
          aria-expanded={large}
          aria-label={`${large ? "Show the picture smaller" : "Show the picture larger"}`}
          onClick={() => setLarge(!large)}
        >
          <img
            src={state.image}
            alt={`The page before the call: ${printable(request.summary)}`}
            onError={() => setState({ why: "it is no image that this browser can show" })}
          />
        </button>
      ) : null}
      {state !== undefined && "why" in state ? (
        <p class="mind">
          The picture cannot be shown: {printable(state.why)}.{" "}
          <button type="button" class="button" onClick={() => setTurn(turn + 1)}>
            Look for it again
          </button>
        </p>
      ) : null}
      <figcaption class="quiet">
        The page as it stood when the preview was made, <Moment at={request.preview_made_at} />. You decide on what the
        text says: the picture is beside it, and what a page shows is its owner's.
      </figcaption>
    </figure>
  );
};
