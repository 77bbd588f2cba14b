import { useState } from "preact/hooks";
import type { Api } from "../client/api.ts";
import { useAct } from "../parts/act.tsx";
import { Line } from "../parts/line.tsx";
import { instantOf } from "../parts/local-time.ts";
import { Notice } from "../parts/notice.tsx";
import { Part } from "../parts/part.tsx";
import { useMay } from "../parts/permitted.tsx";
import { Press } from "../parts/press.tsx";
import { Text } from "../parts/text.tsx";

type SayAwayProps = { readonly api: Api; readonly me: string; readonly acted: () => void };

type WhenProps = { readonly label: string; readonly value: string; readonly write: (value: string) => void };

/** A moment in the reader's zone. */
const When = ({ label, value, write }: WhenProps) => (
  <label class="labelled">
    <span>{label}</span>
    <input type="datetime-local" value={value} onInput={(event) => write(event.currentTarget.value)} />
  </label>
);

/** Somebody says until when they are away, and who is told instead: it changes who is told, never who may decide. */
export const SayAway = ({ api, me, acted }: SayAwayProps) => {
  const [person, setPerson] = useState(me);
  const [from, setFrom] = useState("");
  const [until, setUntil] = useState("");
  const [instead, setInstead] = useState("");
  const [nobodyLeft, setNobodyLeft] = useState<readonly string[]>([]);
  const { send, refused } = useAct();
  const [forAll, forSelf] = [useMay("contracts:write"), useMay("approvals:decide")];
  const end = instantOf(until);
  const missing = person.trim() === "" ? "say who first" : end === undefined ? "say until when first" : null;
  const say = (): void => {
    if (end === undefined) return;
    const stand_in = instead.trim() === "" ? null : instead.trim();
    const body = { from: instantOf(from), until: end, instead: stand_in };
    void send(api.sayAway(person.trim(), body), "It is said.", ({ nobody_left }) => {
      setNobodyLeft(nobody_left);
      setFrom("");
      setUntil("");
      setInstead("");
      acted();
    });
  };
  if (!forAll && !forSelf) return null;
  return (
    <Part id="say-away" head="Say that somebody is away">
      <p class="quiet">
        Everybody for themselves; who may write contracts for anybody. It changes who is told of requests, never who may
        decide them.
      </p>
      {refused}
      {nobodyLeft.length === 0 ? null : (
        <Notice weight="mind">
          <p>Nobody on the list of these tools is here then: their requests go to everybody.</p>
          <ul class="names">
            {nobodyLeft.map((tool) => (
              <li key={tool}>
                <Text text={tool} inLine />
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          if (missing === null) say();
        }}
      >
        {forAll ? <Line label="Who" value={person} write={setPerson} /> : null}
        <When label="From (now, if left open)" value={from} write={setFrom} />
        <When label="Until" value={until} write={setUntil} />
        <Line label="Who is told instead (may be left open)" value={instead} write={setInstead} kind="labelled wide" />
        <Press why={missing}>Say so</Press>
      </form>
    </Part>
  );
};
