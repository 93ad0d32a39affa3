/** A composite node and its pieces, evaluated beside each other. */
import { collapse, expand, type Evaluation, type GraphDocument } from "./client.js";
import { post } from "./http.js";

/** A graph and its numbers. */
export interface Evaluated {
  readonly graph: GraphDocument;
  readonly evaluation: Evaluation;
}

/** A graph with a composite node as it is, and with the node opened into its pieces. */
export async function bothWays(
  graph: GraphDocument,
  node: string,
): Promise<{ whole: Evaluated; pieces: Evaluated }> {
  const opened = await expand(graph, node);
  const [whole, pieces] = await Promise.all([evaluated(graph), evaluated(opened)]);
  return { whole, pieces };
}

/** The graph with a group closed into one node, and which node that is. */
export async function asOneNode(
  graph: GraphDocument,
  group: string,
): Promise<{ graph: GraphDocument; node: string }> {
  const closed = await collapse(graph, group);
  const before = new Map(graph.nodes.map(({ id, op }) => [id, op]));
  const node = closed.nodes.find(({ id, op }) => before.get(id) !== op);
  return { graph: closed, node: node?.id ?? closed.nodes.at(-1)!.id };
}

/** With every element of large tensors. */
async function evaluated(graph: GraphDocument): Promise<Evaluated> {
  return { graph, evaluation: await post("/api/evaluate?full=true", { graph }) };
}
