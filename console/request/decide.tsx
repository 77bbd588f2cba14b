import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { ApprovalView, DecisionBody, Problem } from "../../functions/api/schemas.ts";
import type { Api } from "../client/api.ts";
import { useDraft } from "../client/draft.ts";
import { announce } from "../parts/announce.tsx";
import { Link } from "../parts/navigation.tsx";
import { Notice, Refusal } from "../parts/notice.tsx";
import { Press, SAY_WHY } from "../parts/press.tsx";
import { Text } from "../parts/text.tsx";
import { pathOf } from "../routes.ts";
import { EditForm } from "./edit.tsx";
import { isTyped, nameToType } from "./name-to-type.ts";
import { doneInWords, NEEDS_COMMENT, votesInWords, WORDS } from "./words.ts";

type DecideProps = {
  readonly api: Api;
  /** The request on screen: its digest is the one that is decided on. */
  readonly request: ApprovalView;
  /** False while what is on screen is not, or not wholly, what would be decided. */
  readonly enabled: boolean;
  /** When what is on screen was read (milliseconds). */
  readonly read_at: number;
  /** The person has had all of it in view. */
  readonly readToTheEnd: boolean;
  readonly decided: (request: ApprovalView) => void;
  /** It was refused, or nobody knows: how does it stand now? */
  readonly again: () => void;
};

type Word = DecisionBody["decision"];

/** The decisions that this person may make, and why not the others. Nothing is sent before a button is pressed. */
export const Decide = ({ api, request, enabled, readToTheEnd, read_at, decided, again }: DecideProps) => {
  const [comment, setComment] = useDraft(`why ${request.approval_id}`);
  const [typed, setTyped] = useState("");
  const [editing, setEditing] = useState(false);
  const [sending, setSending] = useState<Word | null>(null);
  const [refused, setRefused] = useState<Refusing | null>(null);
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const isByKeys = useRef(false);
  useEffect(() => {
    // The button that was pressed is gone. A press too many must not decide.
    if (readToTheEnd && isByKeys.current) form.current?.querySelector("input")?.focus();
  }, [readToTheEnd]);
  const name = nameToType(request);
  const high = request.risk_level === "HIGH" && request.kind === "approve";
  const hindered = (word: Word): string | null => {
    if (!enabled) return "what is on screen is not what would be decided";
    if (NEEDS_COMMENT.has(word) && comment.trim() === "") return `${SAY_WHY}: it is kept in the audit`;
    if (word !== "approve") return null;
    if (!readToTheEnd) return "read to the end first";
    return high && !isTyped(typed, name) ? `type ${name} first` : null;
  };
  const send = async (word: Word, args?: DecisionBody["arguments"]): Promise<void> => {
    setSending(word);
    setRefused(null);
    const said = comment.trim() === "" ? null : comment.trim();
    const answer = await api.decide(request.approval_id, {
      decision: word,
      digest: request.digest,
      comment: said,
      ...(args === undefined ? {} : { arguments: args }),
    });
    setSending(null);
    if (answer.kind === "value") {
      announce(`${doneInWords(word, answer.value)}.`);
      setComment("");
      decided(answer.value);
    } else {
      setRefused(answer.kind === "problem" ? answer.problem : { silent_at: Date.now(), word });
      again();
    }
  };
  const words = request.you_may;
  return (
    <form class="decide" aria-label="Decide" ref={form} onSubmit={(event) => event.preventDefault()}>
      {refused === null ? null : <Refused refused={refused} request={request} read_at={read_at} />}
      {request.you_may_not_because === null ? null : (
        <p class="mind" id={`${id}-why`}>
          {words.length === 0 ? "Not yours to decide: " : "Not all is yours to decide: "}
          <Text text={request.you_may_not_because} />.
        </p>
      )}
      {words.length === 0 ? null : (
        <>
          {editing ? (
            <EditForm
              api={api}
              request={request}
              hindered={hindered("edit")}
              cancel={() => setEditing(false)}
              send={(args) => void send("edit", args)}
            />
          ) : null}
          <div class="inputs">
            <label class="comment">
              <span>Why {words.includes("reject") ? "(a no needs it)" : ""}</span>
              <input
                type="text"
                value={comment}
                maxLength={10_000}
                autocomplete="off"
                onInput={(event) => setComment(event.currentTarget.value)}
              />
            </label>
            {high && words.includes("approve") ? (
              <label class="typed">
                <span>
                  Type <code>{name}</code> to approve
                </span>
                <input
                  type="text"
                  value={typed}
                  autocomplete="off"
                  spellcheck={false}
                  onInput={(event) => setTyped(event.currentTarget.value)}
                />
              </label>
            ) : null}
          </div>
          <div class="buttons">
            {words.map((word) => (
              <Press
                key={word}
                look={`button-${word}`}
                why={word === "edit" ? (enabled ? null : hindered(word)) : hindered(word)}
                busy={sending !== null}
                press={() => (word === "edit" ? setEditing(!editing) : void send(word))}
                expanded={word === "edit" ? editing : undefined}
              >
                {sending === word ? "Sending …" : WORDS[word].act}
                {word === "edit" ? " …" : ""}
              </Press>
            ))}
            {readToTheEnd || !words.includes("approve") ? null : (
              <button
                type="button"
                class="button"
                onClick={({ currentTarget, detail }) => {
                  isByKeys.current = detail === 0;
                  readOn(currentTarget.form);
                }}
              >
                Read on
              </button>
            )}
            <span class="digest">
              decides on <code title={request.digest}>{request.digest.slice(0, 8)}</code>
            </span>
          </div>
        </>
      )}
    </form>
  );
};

/** The head of the page, and a line that is read twice. */
const OVERLAP_PX = 80;
const LEAST_PX = 100;

/** Scrolls by what is in view above the buttons: all of a request can be read by pressing one, by whoever knows no other key. */
const readOn = (buttons: HTMLElement | null): void =>
  scrollBy(0, Math.max(LEAST_PX, innerHeight - OVERLAP_PX - (buttons?.offsetHeight ?? 0)));

type Refusing = Problem | { readonly silent_at: number; readonly word: Word };

type RefusedProps = Pick<DecideProps, "request" | "read_at"> & { readonly refused: Refusing };

/** After silence the request tells: every other decision than an approval that is not the last would have closed it. */
const Refused = ({ refused, request, read_at }: RefusedProps) => {
  if ("silent_at" in refused) {
    if (read_at > refused.silent_at && refused.word === "approve" && request.voted_by_you) {
      return (
        <Notice weight="mind">
          <p>
            <strong>Your decision did arrive,</strong> though its answer did not: {votesInWords(request)}.
          </p>
        </Notice>
      );
    }
    return read_at > refused.silent_at ? (
      <Notice weight="mind">
        <p>
          <strong>Your decision is not on record.</strong> Buddy answers again and has none of yours: decide it again;
          sent twice, it counts once.
        </p>
      </Notice>
    ) : (
      <Notice weight="stop">
        <p>
          <strong>No answer.</strong> It may have been decided: this page looks again, and the same decision sent twice
          counts once.
        </p>
      </Notice>
    );
  }
  return (
    <>
      <Refusal problem={refused} />
      {refused.stands_now === undefined ? null : (
        <p>
          <Link href={pathOf.request(refused.stands_now.approval_id)}>Look at what is asked now</Link>
        </p>
      )}
    </>
  );
};
