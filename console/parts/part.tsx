import type { ComponentChildren } from "preact";

type PartProps = {
  readonly id: string;
  readonly head: ComponentChildren;
  readonly kind?: string;
  readonly children: ComponentChildren;
};

/** A part of a page under its heading, by which who hears the page finds it. */
export const Part = ({ id, head, kind, children }: PartProps) => (
  <section class={kind} aria-labelledby={id}>
    <h2 id={id} class="label">
      {head}
    </h2>
    {children}
  </section>
);
