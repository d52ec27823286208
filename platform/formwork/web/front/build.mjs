// Builds ../static from css/, src/ and icons.svg: content-hashed names, a manifest, and a check of the size budgets.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import esbuild from "esbuild";
import { PurgeCSS } from "purgecss";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = join(here, "..", "static");

// The parts of the base sheet that templates use: elements, buttons, text controls.
const baseParts = `html body main header footer nav section aside article a button input select textarea label fieldset legend
  form table thead tbody tfoot tr th td caption h1 h2 h3 p ul ol li dl dt dd hr small strong b em svg img summary details dialog
  progress meter kbd code pre option optgroup btn btn-primary form-control form-select type submit text search number file placeholder`;

// Largest gzipped size in kB of what a page loads first.
const budgets = { "app.css": 40, "app.js": 90, "login.js": 25 };

const usedBase = {
  name: "used-base",
  setup(build) {
    build.onResolve({ filter: /^base:tabler$/ }, () => ({ path: "tabler", namespace: "base" }));
    build.onLoad({ filter: /.*/, namespace: "base" }, async () => {
      const sheet = await readFile(join(here, "node_modules/@tabler/core/dist/css/tabler.css"), "utf8");
      const [result] = await new PurgeCSS().purge({
        content: [{ raw: baseParts, extension: "txt" }],
        css: [{ raw: sheet.replace(/@charset[^;]+;/, "") }],
        blocklist: [/^\.btn-(?!primary$)/, /^\[data-bs-theme-/, /::-webkit-datetime/],
        variables: true,
        keyframes: true,
        fontFace: true,
      });
      return { contents: result.css, loader: "css", resolveDir: here };
    });
  },
};

function hashed(name, bytes) {
  const dot = name.lastIndexOf(".");
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  return `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
}

async function bundle() {
  const result = await esbuild.build({
    absWorkingDir: here,
    entryPoints: { app: "src/app.ts", login: "src/login.ts", sheet: "css/app.css" },
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    legalComments: "linked",
    outdir: out,
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file" },
    supported: { "color-functions": true, "inline-style": true, nesting: true },
    plugins: [usedBase],
    write: false,
    logLevel: "warning",
  });
  return result.outputFiles;
}

async function main() {
  const files = new Map();
  const manifest = {};
  for (const file of await bundle()) {
    let name = basename(file.path);
    if (name.startsWith("sheet.")) name = name.replace("sheet.", "app.");
    const kept = /\.(js|css)$/.test(name) ? hashed(name, file.contents) : name;
    if (kept !== name) manifest[name] = kept;
    files.set(kept, file.contents);
  }
  for (const name of ["icons.svg", "favicon.svg"]) {
    const drawing = await readFile(join(here, name));
    manifest[name] = hashed(name, drawing);
    files.set(manifest[name], drawing);
  }

  const report = [];
  for (const [name, limit] of Object.entries(budgets)) {
    const size = gzipSync(files.get(manifest[name]), { level: 9 }).length / 1000;
    report.push(`${name} ${size.toFixed(1)} of ${limit} kB`);
    if (size > limit) throw new Error(`${name} is ${size.toFixed(1)} kB gzipped, its budget is ${limit} kB.`);
  }
  // Served instead of the file itself to whoever takes it; letters are packed already.
  for (const [name, bytes] of [...files]) {
    if (/\.(js|css|svg)$/.test(name)) files.set(`${name}.gz`, gzipSync(bytes, { level: 9 }));
  }
  await mkdir(out, { recursive: true });
  for (const old of await readdir(out)) if (!files.has(old)) await rm(join(out, old), { recursive: true });
  for (const [name, bytes] of files) await writeFile(join(out, name), bytes);
  await writeFile(join(out, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
  process.stdout.write(report.join(", ") + "\n");
}

await main();
