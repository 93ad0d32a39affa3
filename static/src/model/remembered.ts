/** Evaluations that aren't asked for again when a graph is only drawn differently. */
import { ApiError, UNREACHABLE, type Evaluation, type GraphDocument } from "../api/client.js";

type Evaluate = (graph: GraphDocument, trace: boolean) => Promise<Evaluation>;

/** The same, but a graph that differs from the last one only in places and groups gets the last answer, be it a fault. */
export function remembering(evaluate: Evaluate): Evaluate {
  let last: { graph: GraphDocument; trace: boolean; answer: Promise<Evaluation> } | undefined;
  return async (graph, trace) => {
    if (last?.trace === trace && computesLike(last.graph, graph)) return last.answer;
    const asked = { graph, trace, answer: evaluate(graph, trace) };
    last = asked;
    try {
      return await asked.answer;
    } catch (error) {
      const away = !(error instanceof ApiError) || error.problem.type === UNREACHABLE;
      if (away && last === asked) last = undefined;
      throw error;
    }
  };
}

/** Whether two documents are the same but for title, groups and where nodes stand. Values are compared by identity. */
function computesLike(one: GraphDocument, other: GraphDocument): boolean {
  return (
    one.output === other.output &&
    one.upstream === other.upstream &&
    one.nodes.length === other.nodes.length &&
    one.nodes.every((node, at) => {
      const same = other.nodes[at]!;
      return (
        node === same ||
        (node.id === same.id &&
          node.op === same.op &&
          node.label === same.label &&
          node.value === same.value &&
          node.inputs === same.inputs &&
          node.params === same.params)
      );
    })
  );
}
