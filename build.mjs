// Builds the browser program: static/src -> static/dist, with content-hashed names that
// manifest.json maps from their plain ones ("editor.js" -> "editor-1A2B3C4D.js").
// `--watch` rebuilds on every change, unminified.

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import esbuild from "esbuild";

const root = import.meta.dirname;
const dist = path.join(root, "static/dist");
const watch = process.argv.includes("--watch");

const entries = {
  "editor.js": "static/src/editor.ts",
  "gallery.js": "static/src/gallery.ts",
  "apidocs.js": "static/src/apidocs.ts",
  "worker.js": "static/src/layout/worker.ts",
  "main.css": "static/src/styles/main.css",
  "apidocs.css": "static/src/styles/apidocs.css",
};

// Programs that stand alone, in one file each: what draws pictures without a page, and what goes into files.
const alone = {
  "picture.js": "static/src/picture/main.ts",
  "viewer.js": "static/src/viewer/main.ts",
  "viewer.css": "static/src/styles/viewer.css",
};

const copies = { "favicon.svg": "static/src/favicon.svg" };

async function copyHashed(name, source) {
  const content = await readFile(path.join(root, source));
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const { name: stem, ext } = path.parse(name);
  const file = `${stem}-${hash}${ext}`;
  await writeFile(path.join(dist, file), content);
  return file;
}

async function writeManifest(manifest) {
  const file = path.join(dist, "manifest.json");
  await writeFile(`${file}.new`, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

/** The entry's file and all that it imports at once: what a page waits for. */
function loadedWith(file, outputs, seen = new Set()) {
  seen.add(file);
  for (const { path: next, kind } of outputs[file].imports) {
    if (kind === "import-statement" && !seen.has(next)) loadedWith(next, outputs, seen);
  }
  return [...seen];
}

async function gzipKB(files) {
  let bytes = 0;
  for (const file of files) bytes += gzipSync(await readFile(path.join(root, file))).length;
  return (bytes / 1024).toFixed(1);
}

async function finish(outputs) {
  const manifest = {};
  for (const [name, source] of Object.entries({ ...entries, ...alone })) {
    const file = Object.keys(outputs).find((output) => outputs[output].entryPoint === source);
    manifest[name] = path.basename(file);
    const loaded = loadedWith(file, outputs);
    const count = loaded.length === 1 ? "" : ` in ${loaded.length} files`;
    console.log(`${name.padEnd(12)} ${(await gzipKB(loaded)).padStart(7)} KB gzip${count}`);
  }
  for (const [name, source] of Object.entries(copies))
    manifest[name] = await copyHashed(name, source);
  await writeManifest(manifest);

  const kept = new Set([...Object.keys(outputs).map((file) => path.basename(file))]);
  for (const file of Object.values(manifest)) kept.add(file);
  kept.add("manifest.json");
  for (const file of await readdir(dist)) {
    if (!kept.has(file)) await rm(path.join(dist, file), { recursive: true });
  }
}

/** What each build has made so far; the manifest is written when all are done. */
const made = new Map();

const finishing = (name) => ({
  name: "manifest",
  setup(build) {
    build.onEnd(async (result) => {
      if (result.errors.length > 0) return;
      made.set(name, result.metafile.outputs);
      if (made.size === builds.length) await finish(Object.assign({}, ...made.values()));
    });
  },
});

const inputs = (files) =>
  Object.entries(files).map(([name, source]) => ({ in: source, out: path.parse(name).name }));

const shared = {
  loader: { ".woff2": "file" },
  absWorkingDir: root,
  // d3-zoom asks for it, but the canvas moves its view itself.
  alias: { "d3-transition": path.join(root, "static/src/stand-ins/transition.ts") },
  outdir: "static/dist",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  target: "es2022",
  minify: !watch,
  metafile: true,
  logLevel: "info",
};

const builds = [
  {
    ...shared,
    entryPoints: inputs(entries),
    format: "esm",
    splitting: true,
    sourcemap: true,
    plugins: [finishing("pages")],
  },
  { ...shared, entryPoints: inputs(alone), format: "iife", plugins: [finishing("alone")] },
];

await mkdir(dist, { recursive: true });
for (const options of builds) {
  if (watch) {
    const context = await esbuild.context(options);
    await context.watch();
  } else {
    await esbuild.build(options).catch(() => {
      process.exitCode = 1; // esbuild has printed what is wrong, and where
    });
  }
}
