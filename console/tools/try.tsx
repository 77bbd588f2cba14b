import { useState } from "preact/hooks";
import type { ContractReply, Problem, TryReply } from "../../functions/api/schemas.ts";
import { isJsonObject } from "../../shared/plan/json-value.ts";
import { shownChanges } from "../../shared/shown/values.ts";
import type { Api } from "../client/api.ts";
import { useDraft } from "../client/draft.ts";
import { Tree } from "../parts/json.tsx";
import { Notice, Refusal } from "../parts/notice.tsx";
import { readJson } from "../parts/read-json.ts";
import { Tag } from "../parts/tag.tsx";
import { Text } from "../parts/text.tsx";
import { Changes } from "../request/effect.tsx";

type Contract = ContractReply["contract"];

/** MOCK and DRY_RUN of a call, as its approver would see them. Nothing is sent that writes. */
export const Try = ({ api, contract }: { readonly api: Api; readonly contract: Contract }) => {
  const [draft, setText] = useDraft(`try ${contract.tool_name}`);
  const text = draft === "" ? "{}" : draft;
  const [tried, setTried] = useState<TryReply | { readonly problem: Problem } | { readonly why: string } | null>(null);
  const send = async (): Promise<void> => {
    const read = readJson(text);
    if (!read.ok) return setTried({ why: `What you wrote ${read.why}` });
    if (!isJsonObject(read.value)) return setTried({ why: "What you wrote is no object of arguments by name" });
    const answer = await api.tryTool(contract.tool_name, read.value);
    if (answer.kind === "value") setTried(answer.value);
    else setTried(answer.kind === "problem" ? { problem: answer.problem } : { why: "No answer." });
  };
  return (
    <form
      class="act-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label class="labelled">
        <span>Try it (MOCK and DRY RUN; nothing is written) with these arguments, as JSON</span>
        <textarea rows={3} value={text} spellcheck={false} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <button type="submit" class="button">
        Try it
      </button>
      {tried === null ? null : "why" in tried ? (
        <Notice weight="stop">{tried.why}</Notice>
      ) : "problem" in tried ? (
        <Refusal problem={tried.problem} />
      ) : (
        <Tried reply={tried} />
      )}
    </form>
  );
};

const Tried = ({ reply: { mock, preview } }: { readonly reply: TryReply }) => (
  <div class="tried">
    <p>
      <Tag word="MOCK" /> {mock.made ? "" : mock.why}
    </p>
    {mock.made ? <Tree value={mock.output} /> : null}
    <p>
      <Tag word="DRY_RUN" /> <Text text={preview.made ? preview.summary : preview.why} />
    </p>
    {preview.made && preview.changes.length > 0 ? (
      <Changes changes={shownChanges(preview.changes, "approve")} caption="What would change" />
    ) : null}
    {preview.made ? <Tree value={preview.output} /> : null}
  </div>
);
