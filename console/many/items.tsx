import { useMemo } from "preact/hooks";
import type { ApprovalView } from "../../functions/api/schemas.ts";
import { unlikeOthers } from "../../shared/shown/unlike-others.ts";
import type { Open } from "../client/open-requests.ts";
import { Link } from "../parts/navigation.tsx";
import { Risk } from "../parts/tag.tsx";
import { Text } from "../parts/text.tsx";
import { Earlier } from "../request/earlier.tsx";
import { Call, Effect } from "../request/effect.tsx";
import { votesInWords, WORDS } from "../request/words.ts";
import { pathOf } from "../routes.ts";
import { type Result, whyNotIn } from "./hindrance.ts";

type ItemsProps = {
  readonly shown: readonly ApprovalView[];
  readonly results: ReadonlyMap<string, Result>;
  readonly open: Open["requests"];
};

/** Hundreds of calls in full: made anew when something of them has changed, not with each letter of the reason. */
export const Items = ({ shown, results, open }: ItemsProps) =>
  useMemo(() => {
    const unlike = unlikeOthers(shown);
    const whyNot = whyNotIn(open, results);
    return (
      <ol class="items">
        {shown.map((request) => (
          <Item
            key={request.approval_id}
            request={request}
            unlike={unlike.get(request.approval_id) ?? []}
            result={results.get(request.approval_id)}
            why={whyNot(request, "approve")}
          />
        ))}
      </ol>
    );
  }, [shown, results, open]);

/** How it stands by what was decided: open where it takes more approvals. */
const endInWords = (
  { status, approvals_given }: Extract<Result, { ok: true }>,
  { approvals_required }: ApprovalView,
): string =>
  status === "open" ? `${WORDS.approve.done}: ${votesInWords({ approvals_given, approvals_required })}` : status;

type ItemProps = {
  readonly request: ApprovalView;
  readonly unlike: readonly string[];
  readonly result: Result | undefined;
  readonly why: string | null;
};

const Item = ({ request, unlike, result, why }: ItemProps) => (
  <li class="item">
    <p class="request-line">
      <Risk level={request.risk_level} /> <strong class="tool">{request.tool_name}</strong>
      <span class="quiet">
        <Text text={`${request.plan_id} / ${request.step_id} by ${request.acting_agent_id}`} inLine />
      </span>
      <Link href={pathOf.request(request.approval_id)}>open</Link>
    </p>
    {unlike.map((note) => (
      <p class="unlike" key={note}>
        <Text text={note} />
      </p>
    ))}
    <Effect request={request} />
    <Call request={request} />
    <Earlier request={request} />
    {request.picture === undefined ? null : <p class="quiet">Opened, it shows a picture of the page as it stood.</p>}
    {result === undefined ? null : result.ok ? (
      <p class="result result-ok">✓ {endInWords(result, request)}</p>
    ) : (
      <p class="result result-refused">
        ✗ <Text text={result.problem.detail} />
      </p>
    )}
    {result === undefined && why !== null ? (
      <p class="mind">
        Not decided with the others: <Text text={why} inLine />.
      </p>
    ) : null}
  </li>
);
