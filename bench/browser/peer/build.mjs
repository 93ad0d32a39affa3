// Builds the React Flow page: src -> dist, with the esbuild of the repository.

import path from "node:path";
import esbuild from "esbuild";

await esbuild.build({
  absWorkingDir: path.join(import.meta.dirname, "src"),
  entryPoints: ["peer.tsx"],
  outdir: "../dist",
  bundle: true,
  minify: true,
  target: "es2022",
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
});
