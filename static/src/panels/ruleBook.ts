/** The rules of the open graph's nodes in its own names, asked for when its structure changes. */
import { views } from "../api/views.js";
import { Answer } from "../model/answer.js";
import { structureOf } from "../model/document.js";
import { rulesOf, type Rules } from "../model/rules.js";
import type { Session } from "../model/session.js";

/** In a larger graph rules stand in the ops' own letters. */
const NODES = 300;

export class RuleBook {
  private readonly answer = new Answer<{ structure: string; rules: Rules }>();

  constructor(private readonly session: Session) {}

  /** Undefined where there are none yet. */
  read(): Rules | undefined {
    const { evaluated } = this.session.run.value;
    if (!evaluated || evaluated.nodes.length > NODES) return undefined;
    const structure = structureOf(evaluated);
    this.answer.want(structure, async () => {
      const { latex } = await views(evaluated);
      return { structure, rules: rulesOf(latex.equations) };
    });
    const found = this.answer.value.value;
    return found?.structure === structure ? found.rules : undefined;
  }
}
