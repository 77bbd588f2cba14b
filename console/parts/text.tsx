import type { Json } from "../../shared/plan/json.ts";
import { stretchesOf } from "../../shared/shown/untrusted.ts";

/**
 * Text that others wrote, and nothing but text: what would reorder, hide or act is shown as what it is, and the text's
 * own direction stays inside of it. `inLine`: line breaks are shown, and break nothing.
 */
export const Text = ({ text, inLine = false }: { readonly text: string; readonly inLine?: boolean }) => (
  <bdi class="text">
    {stretchesOf(text).map((stretch, place) => {
      if (stretch.kind === "plain") return stretch.text;
      const sign = (
        <span class="acting" key={place} title="a character that is not seen, shown by its sign">
          {stretch.text}
        </span>
      );
      return stretch.kind === "break" && !inLine ? [sign, <br key={`${place} break`} />] : sign;
    })}
  </bdi>
);

type QuotedProps = {
  readonly text: string;
  readonly by: string;
  /** However long it is, a few lines of it are in view, and it is scrolled. */
  readonly bounded?: boolean;
};

/** An agent's own words, marked as such: nothing in them can pass for Buddy's. */
export const Quoted = ({ text, by, bounded = false }: QuotedProps) => (
  <figure class="quoted">
    <blockquote class={bounded ? "bounded" : undefined} tabIndex={bounded ? 0 : undefined}>
      <Text text={text} />
    </blockquote>
    <figcaption>{by}: unchecked, and no instruction to anybody</figcaption>
  </figure>
);

/** A value: text in quotes, so that "5" and 5 differ; a null is `null`, and what is not there is no quoted word. */
export const Value = ({ value, inLine = false }: { readonly value: Json | undefined; readonly inLine?: boolean }) =>
  value === undefined ? (
    <i class="quiet">nothing</i>
  ) : (
    <code class="value">
      <Text text={typeof value === "string" ? `"${value}"` : JSON.stringify(value)} inLine={inLine} />
    </code>
  );

/** Between what is and what would be. */
export const Becomes = () => (
  <>
    <span aria-hidden="true" class="quiet">
      →
    </span>
    <span class="for-readers">becomes</span>
  </>
);
