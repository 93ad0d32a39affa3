/**
 * Pictures where there is no page: the server runs this program in an engine that knows nothing but the language. It leaves one
 * object behind, whose functions take and give what JSON can hold.
 */
import { measureWith } from "../canvas/text.js";
import { drawn, type Request } from "./drawn.js";
import { tableWidth } from "./measure.js";
import { places, type Places } from "./places.js";
import { svgPicture } from "./svg.js";

measureWith(tableWidth);

const picture = {
  svg: (request: Request & { readonly dark: boolean }): string =>
    svgPicture(drawn(request, request.tensors), request.dark),
  // What draws from places has texts alone.
  places: (request: Request): Places => places(drawn(request, "captions")),
};

Object.assign(globalThis, { picture });
