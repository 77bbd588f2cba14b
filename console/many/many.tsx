import { useEffect, useState } from "preact/hooks";
import type { ApprovalView } from "../../functions/api/schemas.ts";
import { plural } from "../../shared/shown/words.ts";
import type { Api } from "../client/api.ts";
import { useDraft } from "../client/draft.ts";
import type { Open } from "../client/open-requests.ts";
import { useAct } from "../parts/act.tsx";
import { announce } from "../parts/announce.tsx";
import { Line } from "../parts/line.tsx";
import { Link } from "../parts/navigation.tsx";
import { NotYet } from "../parts/notice.tsx";
import { Press, SAY_WHY } from "../parts/press.tsx";
import { WORDS } from "../request/words.ts";
import { pathOf } from "../routes.ts";
import { type Result, type Word, whyNotIn } from "./hindrance.ts";
import { decideInParts } from "./in-parts.ts";
import { Items } from "./items.tsx";

type ManyProps = {
  readonly api: Api;
  readonly open: Open;
  readonly chosen: ReadonlySet<string>;
  readonly choose: (ids: readonly string[], chosen: boolean) => void;
};

/** Requests that were chosen, every one in full; one act, and what came of it for each. */
export const Many = ({ api, open, chosen, choose }: ManyProps) => {
  const [shown, setShown] = useState<readonly ApprovalView[] | undefined>();
  const [results, setResults] = useState<ReadonlyMap<string, Result>>(new Map());
  const { send, refused } = useAct("some may have been decided. The inbox shows what is left.");
  const [comment, setComment] = useDraft("why many");
  const [sending, setSending] = useState(false);
  useEffect(() => {
    // The list stays as the reader read it: a change that came since turns off its item.
    if (shown === undefined && open.requests !== undefined) {
      setShown(open.requests.filter(({ approval_id }) => chosen.has(approval_id)));
    }
  }, [shown, open.requests, chosen]);
  if (shown === undefined) return <NotYet what="requests" />;
  if (shown.length === 0) {
    return (
      <p class="nothing">
        Nothing is chosen: tick requests in the <Link href={pathOf.inbox()}>inbox</Link>.
      </p>
    );
  }
  const whyNot = whyNotIn(open.requests, results);
  const able = (word: Word): ApprovalView[] => shown.filter((request) => whyNot(request, word) === null);
  const decide = async (word: Word): Promise<void> => {
    setSending(true);
    const said = comment.trim() === "" ? null : comment.trim();
    const decisions = able(word).map(({ approval_id, digest }) => ({
      id: approval_id,
      digest,
      decision: word,
      comment: said,
    }));
    await send(decideInParts(api, decisions), undefined, ({ results: came }) => {
      setResults(new Map([...results, ...came.map((result): [string, Result] => [result.id, result])]));
      const done = came.filter(({ ok }) => ok).length;
      announce(`${WORDS[word].done}: ${done}. Refused: ${came.length - done}.`);
      choose(
        came.flatMap(({ ok, id }) => (ok ? [id] : [])),
        false,
      );
      setComment("");
      open.again();
    });
    setSending(false);
  };
  const isOver = !sending && BOTH.every((word) => able(word).length === 0);
  return (
    <div class="sheet many">
      <h1>{plural(shown.length, "request")} at once</h1>
      <Items shown={shown} results={results} open={open.requests} />
      <form class="decide" aria-label="Decide all of them" onSubmit={(event) => event.preventDefault()}>
        {refused}
        {isOver || results.size > 0 ? (
          <p role="status">
            <strong>
              {isOver ? "Nothing is left to decide here" : "Decided"}
              {saidOf([...results.values()])}.
            </strong>{" "}
            {[...results.values()].some(({ ok }) => !ok) ? "Each that was refused says why above." : ""}
          </p>
        ) : null}
        {isOver ? null : (
          <div class="inputs">
            <Line label="Why (a no needs it)" value={comment} write={setComment} kind="comment" />
          </div>
        )}
        <div class="buttons">
          {(isOver ? [] : BOTH).map((word) => {
            const why =
              able(word).length === 0
                ? "not for those above: each says why"
                : word === "reject" && comment.trim() === ""
                  ? SAY_WHY
                  : null;
            return (
              <Press key={word} look={`button-${word}`} why={why} busy={sending} press={() => void decide(word)}>
                {WORDS[word].act} {able(word).length}
              </Press>
            );
          })}
          <Link href={pathOf.inbox()}>Back to the inbox</Link>
        </div>
      </form>
    </div>
  );
};

const BOTH = ["approve", "reject"] as const;

/** How it ended, as counts: ": 12 approved, 1 refused". */
const saidOf = (results: readonly Result[]): string => {
  const ends = Map.groupBy(results, (result) =>
    !result.ok ? "refused" : result.status === "open" ? "approved so far, more approvals needed" : result.status,
  );
  return ends.size === 0 ? "" : `: ${[...ends].map(([word, { length }]) => `${length} ${word}`).join(", ")}`;
};
