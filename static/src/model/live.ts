/**
 * Evaluation over a socket while only values change: the graph goes over once, then what is different. The first run of a graph, and
 * every run while there is no socket, goes over HTTP.
 */
import {
  ApiError,
  evaluate as overHttp,
  isProblem,
  type Evaluation,
  type GraphDocument,
  type LeafValue,
} from "../api/client.js";
import { ensureTaken, valuesLength } from "../api/limits.js";
import { leafValues } from "./document.js";
import { sameStructure } from "./session.js";

/** A socket that doesn't answer for so many milliseconds is given up. */
const PATIENCE = 5000;

interface Waiting {
  readonly resolve: (message: string) => void;
  readonly reject: (reason: Error) => void;
}

export class Live {
  private last: GraphDocument = { nodes: [] };
  private socket: WebSocket | undefined;
  private waiting: Waiting | undefined;

  /** `address` is the socket's, `ws:` or `wss:`. */
  constructor(private readonly address: string) {}

  readonly evaluate = async (graph: GraphDocument, trace: boolean): Promise<Evaluation> => {
    ensureTaken("The graph", valuesLength({ graph }), "body");
    const before = this.last;
    this.last = graph;
    // A socket is told of leaves alone.
    if (!sameStructure(before, graph) || before.upstream !== graph.upstream) {
      this.close();
      return overHttp(graph, trace);
    }
    let message: unknown;
    try {
      message = JSON.parse(await this.ask(before, graph, trace));
    } catch {
      this.close();
      return overHttp(graph, trace);
    }
    if (isProblem(message)) throw new ApiError(message);
    return message as Evaluation;
  };

  private async ask(before: GraphDocument, graph: GraphDocument, trace: boolean): Promise<string> {
    const { socket } = this;
    if (socket?.readyState === WebSocket.OPEN)
      return this.send(socket, { set: changed(before, graph) });
    const opened = await this.open();
    return this.send(opened, { graph, trace });
  }

  private open(): Promise<WebSocket> {
    const socket = new WebSocket(this.address);
    this.socket = socket;
    return new Promise((resolve, reject) => {
      socket.onopen = (): void => {
        resolve(socket);
      };
      socket.onmessage = ({ data }: MessageEvent<string>): void => {
        this.waiting?.resolve(data);
      };
      socket.onclose = (): void => {
        reject(new Error("the socket is closed"));
        this.waiting?.reject(new Error("the socket is closed"));
      };
    });
  }

  private send(socket: WebSocket, message: unknown): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error("no answer"));
      }, PATIENCE);
      this.waiting = {
        resolve: (data) => {
          clearTimeout(timer);
          resolve(data);
        },
        reject: (reason) => {
          clearTimeout(timer);
          reject(reason);
        },
      };
      socket.send(JSON.stringify(message));
    });
  }

  private close(): void {
    this.waiting = undefined;
    this.socket?.close();
    this.socket = undefined;
  }
}

function changed(before: GraphDocument, graph: GraphDocument): Record<string, LeafValue> {
  const old = new Map(before.nodes.map(({ id, value }) => [id, value]));
  const different = graph.nodes.filter(({ id, value }) => value !== old.get(id));
  return different.length > 0
    ? Object.fromEntries(
        different.flatMap(({ id, value }) =>
          value === null || value === undefined ? [] : [[id, value]],
        ),
      )
    : leafValues(graph);
}
