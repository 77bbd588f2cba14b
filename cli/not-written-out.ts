import { Surprise } from "../shared/plan/surprise.ts";

/** An alias of YAML (`*name`) that cannot be written out; `remedy`: for whoever wrote the document. */
export class NotWrittenOut extends Surprise {
  override readonly name = "NotWrittenOut";
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
