import type { ApprovalView } from "../../functions/api/schemas.ts";
import { kindWords } from "../../shared/shown/questions.ts";
import { type ShownChange, shownChanges } from "../../shared/shown/values.ts";
import { Tree } from "../parts/json.tsx";
import { Text, Value } from "../parts/text.tsx";
import { Moment } from "../parts/time.tsx";

/** The heads of the two columns of values, and what is said of a record that has no old ones. */
type Heads = { readonly old: string; readonly new: string; readonly made: string };
const AHEAD: Heads = { old: "now", new: "would be", made: "would be new" };
/** Of a call or an undo that was sent, and nobody knows what came of it. */
const UNKNOWN: Heads = { old: "before", new: "if it happened", made: "new, if it happened" };
export const BEHIND: Heads = { old: "was", new: "is now", made: "is new" };

type ChangesProps = { readonly changes: readonly ShownChange[]; readonly caption: string; readonly heads?: Heads };

/** Fields that would change or have changed, each with its old and its new value, by record. */
export const Changes = ({ changes, caption, heads = AHEAD }: ChangesProps) => (
  <>
    {[...Map.groupBy(changes, ({ record }) => record)].map(([record, own]) => (
      <Record key={record} record={record} changes={own} caption={caption} heads={heads} />
    ))}
  </>
);

type RecordProps = Required<ChangesProps> & { readonly record: string };

/** Of a record that would be new there is nothing to compare with. */
const Record = ({ record, changes, caption, heads }: RecordProps) => {
  const made = changes.every((change) => change.old === undefined);
  return (
    <table class={made ? "changes changes-new" : "changes"}>
      <caption>
        <span class="for-readers">{caption}: </span>
        <Text text={record} />
        {made ? <span class="made">{heads.made}</span> : null}
      </caption>
      <colgroup>
        <col class="of-field" />
        {made ? null : <col />}
        <col />
      </colgroup>
      <thead class={made ? "for-readers" : undefined}>
        <tr>
          <th scope="col">field</th>
          {made ? null : <th scope="col">{heads.old}</th>}
          <th scope="col">{heads.new}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.field}>
            <th scope="row">
              <Text text={change.field} />
            </th>
            {made ? null : (
              <td class="old">
                <Value value={change.old} />
              </td>
            )}
            <td class="new">
              <Value value={change.new} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

/** The effect of the call, in words and field by field. */
export const Effect = ({ request }: { readonly request: ApprovalView }) => {
  const question = kindWords(request.kind);
  return (
    <div class="part">
      {question === "" ? null : <p class="question">{question}</p>}
      <p class="summary">
        <Text text={request.summary} />
      </p>
      {request.sent === undefined ? null : (
        <p class="sent">
          Sent <Moment at={request.sent.at} /> under the key <code>{request.sent.idempotency_key}</code>: look for it
          there.
        </p>
      )}
      {request.changes.length === 0 ? null : (
        <Changes
          changes={shownChanges(request.changes, request.kind)}
          caption="What would change"
          heads={request.kind === "reconcile" || request.kind === "reconcile_undo" ? UNKNOWN : AHEAD}
        />
      )}
      {request.drift.length === 0 ? null : (
        <div class="drift">
          <h2 class="label">Has changed since somebody was asked before</h2>
          <Changes changes={shownChanges(request.drift, "drift")} caption="What has changed since" heads={BEHIND} />
        </div>
      )}
    </div>
  );
};

/** The call as it would be or was sent, in full, with where each value came from. */
export const Call = ({ request }: { readonly request: ApprovalView }) => {
  const sources = new Map(request.argument_sources.map((source) => [source.at, source]));
  const beside = (at: string) => {
    const source = sources.get(at);
    return source === undefined ? null : (
      <span class="source">
        from the result of <code>{source.from}</code> {source.path}
      </span>
    );
  };
  return (
    <div class="part">
      <h2 class="label">The call, as it {request.kind === "approve" ? "would be" : "was"} sent</h2>
      {Object.keys(request.arguments).length === 0 ? (
        <p class="quiet">without arguments</p>
      ) : (
        <Tree value={request.arguments} beside={beside} />
      )}
      {(request.argument_notes ?? []).map((note) => (
        <p class="mind" key={note}>
          <Text text={note} />
        </p>
      ))}
    </div>
  );
};
