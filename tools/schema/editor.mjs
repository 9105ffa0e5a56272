// What an editor shows for a station file: `editor.mjs SCHEMA.json STATION.json`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import languageService from "vscode-json-languageservice";

const { getLanguageService, TextDocument } = languageService;

const [schema, file] = process.argv.slice(2).map((path) => readFileSync(path, "utf8"));
const service = getLanguageService({});
service.configure({ schemas: [{ uri: "station", fileMatch: ["*"], schema: JSON.parse(schema) }] });

function open(text) {
  const document = TextDocument.create("file:///station.json", "json", 1, text);
  return [document, service.parseJSONDocument(document)];
}

function change(from, to) {
  assert(file.includes(from), from);
  return file.replace(from, to);
}

async function errors(text) {
  return (await service.doValidation(...open(text))).map((error) => error.message);
}

// The labels that the editor offers in place of `|`.
async function offered(text) {
  const at = text.indexOf("|");
  const [document, parsed] = open(text.replace("|", ""));
  const list = await service.doComplete(document, document.positionAt(at), parsed);
  return list.items.map((item) => item.label);
}

assert.deepEqual(await errors(file), []);
const deadline = /"deadline_ms": \d+/.exec(file)[0];
for (const [from, to, expected] of [
  [deadline, '"deadline_ms": 0', "minimum of 1"],
  [deadline, '"deadline": 900', "deadline is not allowed"],
  ['"style": "pulse"', '"style": "push"', '"pulse", "divert"'],
]) {
  const found = await errors(change(from, to));
  assert(found.some((text) => text.includes(expected)), `${to}: ${found}`);
}
const keys = await offered(change('"style": "pulse"', '"style": "pulse", "|": 1'));
assert(["delay_ticks", "overlap", "confirm"].every((key) => keys.includes(key)), `${keys}`);
const words = await offered(change('"style": "pulse"', '"style": |'));
assert.deepEqual(words.filter((word) => word.startsWith('"')).sort(), ['"divert"', '"pulse"']);
const [document, parsed] = open(file);
const hover = await service.doHover(document, document.positionAt(file.indexOf(deadline) + 2), parsed);
const explained = JSON.stringify(hover.contents);
assert(explained.includes("latest decision") && explained.includes("milliseconds"), explained);
console.log("the editor shows errors, completes keys and words, and explains a key");
