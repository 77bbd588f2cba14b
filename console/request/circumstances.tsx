import type { ComponentChildren } from "preact";
import type { ApprovalView } from "../../functions/api/schemas.ts";
import { WHY_ASKED, WHY_BARRED, WHY_EVERYBODY } from "../../shared/shown/asked.ts";
import { inWords } from "../../shared/shown/words.ts";
import { Part } from "../parts/part.tsx";
import { Person } from "../parts/person.tsx";
import { Quoted, Text } from "../parts/text.tsx";
import { Moment } from "../parts/time.tsx";
import { GoesOn } from "../people/goes-on.tsx";
import { Earlier } from "./earlier.tsx";

const Fact = ({ name, children }: { readonly name: string; readonly children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const Names = ({ names }: { readonly names: readonly string[] }) => (
  <ul class="names">
    {names.map((name) => (
      <li key={name}>
        <Text text={name} />
      </li>
    ))}
  </ul>
);

/** The people and agents behind it, and why they say it is wanted. */
export const Who = ({ request }: { readonly request: ApprovalView }) => {
  const { proposed_by, acting_agent_id, submitted_by, confidence, goal, rationale } = request;
  return (
    <Part id="who-asks" head="Who asks for it">
      <dl class="facts">
        <Fact name="agent">
          <code>
            <Text text={proposed_by} inLine />
          </code>
          {proposed_by === acting_agent_id ? null : (
            <strong class="mind">
              {" "}
              proposes it, and{" "}
              <code>
                <Text text={acting_agent_id} inLine />
              </code>{" "}
              would do it
            </strong>
          )}
        </Fact>
        {submitted_by === undefined ? null : (
          <Fact name="submitted by">
            <Person id={submitted_by} />
          </Fact>
        )}
        <Fact name="plan">
          <Text text={`${request.plan_id} / ${request.step_id}`} inLine />
        </Fact>
        <Fact name="confidence">{`${Math.round(confidence * 100)} %, says the agent`}</Fact>
      </dl>
      {goal === null ? null : <Quoted text={goal.text} by="The plan's goal, in the agent's words" />}
      {rationale === null ? null : <Quoted text={rationale.text} by="Why this call, in the agent's words" />}
    </Part>
  );
};

/** The meaning of a yes or a no for the calls around this one. */
export const Around = ({ request }: { readonly request: ApprovalView }) => (
  <Part id="around-it" head="What hangs on it">
    <dl class="facts">
      <Fact name="asked because">
        <Names names={request.reasons} />
      </Fact>
      {request.already_ran.length === 0 ? null : (
        <Fact name="already ran">
          <Names names={request.already_ran} />
        </Fact>
      )}
      {request.kind === "approve" ? (
        <Fact name="a no stops">
          {request.rejection_stops.length === 0 ? "this call alone" : <Names names={request.rejection_stops} />}
        </Fact>
      ) : null}
      {request.kind === "reconcile" ? (
        <Fact name="if it did not happen">
          its plan fails, and nothing that depends on it is made
          {request.rejection_stops.length === 0 ? "" : "; this stops:"}
          <Names names={request.rejection_stops} />
        </Fact>
      ) : null}
      {request.also_writes.length === 0 ? null : (
        <Fact name="also write there">
          <Names names={request.also_writes} />
        </Fact>
      )}
      {request.worker_note === undefined ? null : (
        <Fact name="workers">
          <Text text={request.worker_note} />
        </Fact>
      )}
    </dl>
  </Part>
);

type Asked = NonNullable<ApprovalView["asked"]>[number];

/** Somebody whom the request was put to, by the tool's list. */
const Put = ({ asked: { name, because, at, passed_over, barred = [] } }: { readonly asked: Asked }) => (
  <>
    {name === null ? WHY_EVERYBODY : <Text text={name} inLine />}
    {WHY_ASKED[because]}, <Moment at={at} />
    {passed_over.map((each) => (
      <span class="quiet" key={each.name}>
        {"; "}
        <Text text={each.name} inLine /> is away until <Moment at={each.until} />
      </span>
    ))}
    {barred.map((each) => (
      <span class="quiet" key={each}>
        {"; "}
        <Text text={each} inLine /> {WHY_BARRED}
      </span>
    ))}
  </>
);

/** Decisions there were: on this request, and on the same call before. */
export const Decisions = ({ request }: { readonly request: ApprovalView }) => {
  const { votes, approvals_given, approvals_required, extensions, preview_age_seconds } = request;
  return (
    <Part id="so-far" head="Until now">
      <dl class="facts">
        <Fact name="approvals">
          {approvals_given} of {approvals_required}
          {votes.map(({ by, at, comment }) => (
            <p key={by}>
              <Person id={by} />, <Moment at={at} />
              {comment === null ? null : (
                <>
                  : <Text text={comment} />
                </>
              )}
            </p>
          ))}
        </Fact>
        {request.asked === undefined || request.asked.length === 0 ? null : (
          <Fact name="put to">
            {request.asked.map((each) => (
              <p key={each.at}>
                <Put asked={each} />
              </p>
            ))}
            {request.status === "open" ? (
              <p class="quiet">
                <GoesOn request={request} />
              </p>
            ) : null}
          </Fact>
        )}
        {request.kind === "approve" ? (
          <Fact name="preview">made {inWords(preview_age_seconds)} ago; made again just before the call</Fact>
        ) : null}
        {extensions.map(({ by, at, seconds, reason }) => (
          <Fact name="more time" key={at}>
            {inWords(seconds)} by <Person id={by} />, <Moment at={at} />
            {reason === null ? null : (
              <>
                : <Text text={reason} />
              </>
            )}
          </Fact>
        ))}
      </dl>
      <Earlier request={request} />
    </Part>
  );
};
