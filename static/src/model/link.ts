/** A whole graph in an address: its JSON, deflated, in base64url behind the `#`. No server sees it. */
import type { GraphDocument } from "../api/client.js";

/** Longer addresses are cut by some programs. */
export const LINK_MOST = 8000;
const KEY = "graph=";
const BLANKS = "blanks=";

export async function toFragment(graph: GraphDocument): Promise<string> {
  const packed = await through(
    new CompressionStream("deflate-raw"),
    new TextEncoder().encode(JSON.stringify(graph)),
  );
  let binary = "";
  for (const byte of packed) binary += String.fromCharCode(byte);
  return KEY + btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The link's part that names numbers to be found. */
export const withBlanks = (fragment: string, blanks: string): string =>
  `${fragment}&${BLANKS}${blanks}`;

/** What a fragment says is to be found, as it is written there. */
export const blanksIn = (fragment: string): string | undefined => partOf(fragment, BLANKS);

const partOf = (fragment: string, key: string): string | undefined =>
  fragment
    .replace(/^#/, "")
    .split("&")
    .find((part) => part.startsWith(key))
    ?.slice(key.length);

/** The text of the document in a fragment; undefined where there is none that can be read. */
export async function fromFragment(fragment: string): Promise<string | undefined> {
  const data = partOf(fragment, KEY);
  if (data === undefined) return undefined;
  try {
    const binary = atob(data.replaceAll("-", "+").replaceAll("_", "/"));
    const packed = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    return new TextDecoder().decode(await through(new DecompressionStream("deflate-raw"), packed));
  } catch {
    return undefined;
  }
}

async function through(
  transform: GenericTransformStream,
  data: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([data]).stream().pipeThrough(transform);
  return new Uint8Array(await new Response(stream as BodyInit).arrayBuffer());
}
