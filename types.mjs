// Writes the types of the HTTP contract: openapi.json -> static/src/api/schema.ts.
// `--check` writes nothing and fails when the file is not what it would be.

import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const target = "static/src/api/schema.ts";
const schema = JSON.parse(await readFile("openapi.json", "utf8"));
let text = astToString(await openapiTS(schema, { defaultNonNullable: false }));

// TypeScript takes a recursive alias but not a property whose annotation comes back to itself.
const aliases = [];
for (const name of Object.keys(schema.components.schemas)) {
  const self = `components["schemas"]["${name}"]`;
  text = text.replace(new RegExp(`^ +${name}: (.*);$`, "m"), (line, body) => {
    if (!body.includes(self)) return line;
    aliases.push(`export type ${name} = ${body.replaceAll(self, name)};\n`);
    return line.replace(body, name);
  });
}
const header = "// Made from openapi.json by `make types`.\n";
text = header + aliases.join("") + text;

if (!process.argv.includes("--check")) await writeFile(target, text);
else if ((await readFile(target, "utf8")) !== text) process.exitCode = 1;
