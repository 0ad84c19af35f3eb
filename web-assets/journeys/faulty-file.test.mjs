// A file with faults arrives while the service runs; the governance lead accounts for it row by row.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { journey, look, missing, signIn } from "./browser.mjs";

const { WSIC, WSIC_FOLDER } = process.env;
const skip = missing() || (!(WSIC && WSIC_FOLDER) && "WSIC and WSIC_FOLDER do not name a binary and its deployment");

// The same files and the same expectations as the command line's own test.
const faulty = (name) => fileURLToPath(new URL(`../../crates/wsic/tests/it/faulty/${name}`, import.meta.url));
const mixed = "gp_E84002_2026-10_observations.csv";
const wrongColumn = "gp_E84003_2026-10_observations.csv";

/** The cells of each row of the table with this caption. */
async function rows(page, caption) {
  const table = page.locator("table", { has: page.locator("caption", { hasText: caption }) });
  // The text as it is seen: on a narrow screen each cell would repeat its column's head.
  return table.locator("tbody tr").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
}

const open = async (page, name) => {
  await page.getByRole("navigation", { name: "Menu" }).getByRole("link", { name: "Feeds" }).click();
  await page.locator("main table").getByRole("link", { name }).first().click(); // latest first
};

test("a governance lead accounts for a faulty file row by row", { skip }, () =>
  journey(async (page) => {
    const expected = JSON.parse(readFileSync(faulty(mixed.replace(".csv", ".expected.json")), "utf8"));
    execFileSync(WSIC, ["-C", WSIC_FOLDER, "ingest", "gp", faulty(mixed), "--quiet"]);
    await signIn(page, "governance");
    await open(page, mixed);
    await look(page, "faulty-file");
    for (const note of expected.notes) await page.getByText(note).waitFor();

    const account = Object.fromEntries((await rows(page, "What became of its rows")).map(([what, n, which]) => [what, { n: Number(n), which }]));
    const of = (start) => Object.entries(account).find(([what]) => what.startsWith(start))[1];
    assert.equal(of("Rows read").n, expected.read);
    assert.match(of("Rows read").which, /Every row is accounted for/);
    assert.equal(of("Accepted").n + of("Repaired").n + of("Quarantined").n + of("Duplicate").n, expected.read);
    assert.equal(of("Accepted").n, expected.accepted.length);
    assert.equal(of("Duplicate").n, expected.duplicate.length);
    assert.equal(of("Duplicate").which, `Lines ${expected.duplicate.join(", ")}`);

    const lines = [...expected.accepted, ...expected.duplicate];
    for (const [kind, start, title] of [["quarantined", "Quarantined", "Refused rows"], ["repaired", "Repaired", "Mended rows"]]) {
      assert.equal(of(start).n, expected[kind].length);
      await page.locator("main tr", { hasText: start }).getByRole("link", { name: /^Each/ }).click();
      await look(page, `faulty-file-${kind}`);
      await page.getByText(mixed).waitFor();
      const wanted = expected[kind].map((row) => [String(row.line), row.field || "the whole row", row.class, row.reason]);
      assert.deepEqual(await rows(page, `${title} by line`), wanted);
      lines.push(...expected[kind].map((row) => row.line));
      assert.equal(of("Rows read").n, Number((await rows(page, "What became of its rows")).at(-1)[1]));
      await page.goBack();
    }
    // Every line of the file but its header has been met once.
    assert.deepEqual(lines.sort((a, b) => a - b), Array.from({ length: expected.read }, (_, i) => i + 2));
    // No cell's value is on the page.
    await page.getByRole("link", { name: "Each refused row" }).click();
    for (const value of ["2026-13-45", "see notes"]) assert.ok(!(await page.content()).includes(value), value);
    await page.getByRole("heading", { name: "What to do next" }).waitFor();
  }));

test("a file with a wrong column name is refused whole, and the page says which column", { skip }, () =>
  journey(async (page) => {
    const done = spawnSync(WSIC, ["-C", WSIC_FOLDER, "ingest", "gp", faulty(wrongColumn), "--quiet"]);
    assert.equal(done.status, 1);
    await signIn(page, "governance");
    await open(page, wrongColumn);
    await look(page, "refused-file");
    await page.getByText("needs the column(s) snomed_code").waitFor();
    await page.getByText("No row of it is in anybody's record").waitFor();
  }));
