/** Which groups of a graph are closed when it comes from elsewhere. */
import type { GraphDocument } from "../api/client.js";

/** A graph of more nodes is seen by its groups first. */
const FOLDED_FROM = 300;

/** A large graph with its groups closed, but for those that hold most of it; any other as it is. */
export const folded = (graph: GraphDocument): GraphDocument =>
  graph.nodes.length <= FOLDED_FROM || !graph.groups
    ? graph
    : {
        ...graph,
        groups: graph.groups.map((group) => ({
          ...group,
          collapsed: 2 * group.nodes.length <= graph.nodes.length,
        })),
      };
