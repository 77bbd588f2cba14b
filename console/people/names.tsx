import { useState } from "preact/hooks";
import type { CallerNameList } from "../../functions/api/schemas.ts";
import type { Api } from "../client/api.ts";
import { useAct } from "../parts/act.tsx";
import { Line } from "../parts/line.tsx";
import { Part } from "../parts/part.tsx";
import { Permitted } from "../parts/permitted.tsx";
import { Press } from "../parts/press.tsx";
import { Text } from "../parts/text.tsx";

type NamesProps = { readonly api: Api; readonly names: CallerNameList["names"]; readonly acted: () => void };

/** Names that callers' ids are read by, and the way to give one. */
export const Names = ({ api, names, acted }: NamesProps) => {
  const [caller, setCaller] = useState("");
  const [name, setName] = useState("");
  const { send, refused } = useAct();
  const missing = caller.trim() === "" ? "say whose id first" : name.trim() === "" ? "say the name first" : null;
  const give = (): void => {
    void send(api.nameCaller(caller.trim(), name.trim()), "The name is given.", () => {
      setCaller("");
      setName("");
      acted();
    });
  };
  return (
    <Part id="names" head="Names beside ids">
      <p class="quiet">
        An app is known by its client id, and people at many issuers by a number. Names are for reading alone: who may
        do what goes by the id. Who may write contracts gives them.
      </p>
      {refused}
      <ul aria-label="Names of callers">
        {names.map((each) => (
          <li key={each.caller} class="contract">
            <p class="delivery-head">
              <strong>
                <Text text={each.name} inLine />
              </strong>
              <code>
                <Text text={each.caller} inLine />
              </code>
              <Permitted scope="contracts:write">
                <button
                  type="button"
                  class="button"
                  onClick={() => void send(api.unnameCaller(each.caller), "The name is taken away.", acted)}
                >
                  Take away
                  <span class="for-readers">
                    : <Text text={each.name} inLine />
                  </span>
                </button>
              </Permitted>
            </p>
          </li>
        ))}
      </ul>
      <Permitted scope="contracts:write">
        <form
          class="filters"
          onSubmit={(event) => {
            event.preventDefault();
            if (missing === null) give();
          }}
        >
          <Line label="Id, as requests and executions show it" value={caller} write={setCaller} />
          <Line label="Name" value={name} write={setName} />
          <Press why={missing}>Give it this name</Press>
        </form>
      </Permitted>
    </Part>
  );
};
