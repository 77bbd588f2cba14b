import { useContext, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ApprovalView } from "../../functions/api/schemas.ts";
import type { Api } from "../client/api.ts";
import { usePolled } from "../client/polled.ts";
import { announce } from "../parts/announce.tsx";
import { Link } from "../parts/navigation.tsx";
import { Notice, NotYet } from "../parts/notice.tsx";
import { Permitted } from "../parts/permitted.tsx";
import { CalledHere } from "../parts/person.tsx";
import { Risk, Tag } from "../parts/tag.tsx";
import { Text } from "../parts/text.tsx";
import { Left } from "../parts/time.tsx";
import { pathOf } from "../routes.ts";
import { Around, Decisions, Who } from "./circumstances.tsx";
import { Decide } from "./decide.tsx";
import { Call, Effect } from "./effect.tsx";
import { MoreTime } from "./more-time.tsx";
import { Picture } from "./picture.tsx";
import { standingOf } from "./standing.ts";

const SECONDS = 12;
/** By then an approved call was mostly made, or asked anew. */
const AFTER_DECISION_MS = 2_000;

type RequestProps = {
  readonly api: Api;
  readonly id: string;
  readonly decided: () => void;
  /** The request to go on with. */
  readonly next: string | null;
};

/** One request in full. The version being read stays on screen until the reader takes what came since. */
export const RequestPage = ({ api, id, decided, next }: RequestProps) => {
  const { value: now, problem, at, put, again } = usePolled(`request ${id}`, () => api.approval(id), SECONDS);
  const called = useContext(CalledHere);
  const [shown, setShown] = useState<{ readonly request: ApprovalView; readonly at: number } | undefined>();
  const current =
    shown?.request.approval_id === id || shown?.request.approval_id === now?.approval_id ? shown : undefined;
  useEffect(() => {
    if (now !== undefined && current === undefined) setShown({ request: now, at });
  }, [now, current, at]);
  // A request that is asked anew stands in the queue beside at once, not when the queue looks next.
  const followed_by = now?.followed_by ?? null;
  useEffect(() => {
    if (followed_by !== null) decided();
  }, [followed_by, decided]);
  if (current === undefined || now === undefined) {
    return (
      <NotYet
        what="the request"
        problem={problem}
        onward={{ href: pathOf.inbox(), words: "Look at what waits for people" }}
      />
    );
  }
  const standing = standingOf(current.request, now, called);
  // Votes and time left may change without what is decided on: they are taken as they come.
  const request = standing.kind === "changed" ? current.request : now;
  return (
    <Card
      api={api}
      key={`${request.approval_id} ${request.digest}`}
      request={request}
      at={at}
      standing={standing}
      next={next}
      look={() => setShown({ request: now, at })}
      again={again}
      decided={(answered) => {
        put(answered);
        setTimeout(again, AFTER_DECISION_MS);
        setShown({ request: answered, at: Date.now() });
        decided();
      }}
    />
  );
};

type CardProps = {
  readonly api: Api;
  readonly request: ApprovalView;
  readonly at: number;
  readonly standing: ReturnType<typeof standingOf>;
  readonly next: string | null;
  readonly look: () => void;
  readonly again: () => void;
  readonly decided: (request: ApprovalView) => void;
};

const Card = ({ api, request, at, standing, next, look, again, decided }: CardProps) => {
  const [end, readToTheEnd] = useSeen();
  useEffect(() => {
    if (standing.kind === "changed") announce("What this request asks has changed.");
    if (standing.kind === "decided") announce(standing.words);
  }, [standing.kind]);
  useEffect(() => {
    if (request.followed_by !== null) announce("It was asked anew.");
  }, [request.followed_by]);
  return (
    <article class="request" aria-labelledby="request-title">
      <header class="request-head">
        <p class="request-line">
          <Risk level={request.risk_level} />
          {request.status === "open" ? (
            <Left seconds={request.remaining_seconds} since={at} />
          ) : (
            <Tag word={request.status} />
          )}
        </p>
        <h1 id="request-title" tabIndex={-1}>
          {request.tool_name}
        </h1>
        <p class="quiet">
          <code>{request.approval_id}</code>
        </p>
        {request.status === "open" && request.remaining_seconds !== null ? (
          <Permitted scope="approvals:decide">
            <MoreTime api={api} request={request} remaining={request.remaining_seconds} since={at} given={again} />
          </Permitted>
        ) : null}
      </header>
      {standing.kind === "changed" ? (
        <Notice weight="stop">
          <p>
            <strong>It has changed while it was on screen.</strong> The buttons are off until you have looked at what it
            is now.
          </p>
          <button type="button" class="button" onClick={look}>
            Show what it is now
          </button>
        </Notice>
      ) : null}
      <Effect request={request} />
      <Picture api={api} request={request} />
      <Call request={request} />
      <Who request={request} />
      <Around request={request} />
      <Decisions request={request} />
      <div ref={end} class="end" />
      {standing.kind === "decided" ? (
        <Decided request={request} words={standing.words} next={next} />
      ) : (
        <Decide
          api={api}
          request={request}
          enabled={standing.kind === "as-shown"}
          readToTheEnd={readToTheEnd}
          read_at={at}
          decided={decided}
          again={again}
        />
      )}
    </article>
  );
};

type DecidedProps = { readonly request: ApprovalView; readonly words: string; readonly next: string | null };

/** In place of the buttons: how it ended, and where to go on. A person who has just pressed one goes on by Enter. */
const Decided = ({ request, words, next }: DecidedProps) => {
  const onward = useRef<HTMLParagraphElement>(null);
  useLayoutEffect(() => {
    if (document.activeElement === null || document.activeElement === document.body) {
      onward.current?.querySelector("a")?.focus();
    }
  }, []);
  return (
    <div class="decided">
      <p>
        <strong>
          <Text text={words} />
        </strong>
      </p>
      {request.followed_by === null ? null : (
        <p>
          It was asked anew: <Link href={pathOf.request(request.followed_by)}>look at that</Link>
        </p>
      )}
      <p ref={onward}>
        {next === null ? <Link href={pathOf.inbox()}>Back to the inbox</Link> : <Link href={next}>Next request</Link>}
      </p>
    </div>
  );
};

/** Whether the element has ever been in view since it was put on the page. */
const useSeen = () => {
  const element = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, seen] as const;
};
