// Measures linkage against our own synthetic truth: pairwise precision and recall over all feeds.
// Usage: node benches/linkage.mjs DEPLOYMENT   (a `wsic demo` folder with its feeds beside it; needs Node 22 or the sqlite3 program)
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const folder = process.argv[2] ?? 'demo'
const text = execFileSync('sqlite3', ['-separator', '\t', path.join(folder, 'wsic.db'), 'SELECT source, source_person, person_id FROM identity'], { maxBuffer: 1 << 30, encoding: 'utf8' })
const linked = new Map(text.trim().split('\n').map((line) => line.split('\t')).map(([s, p, person]) => [`${s}\t${p}`, person]))
const truth = fs.readFileSync(path.join(folder, 'feeds', 'truth.csv'), 'utf8').trim().split('\n')
const head = truth[0].split(',')
const column = (name) => head.indexOf(name)
const [ours, theirs, both] = [new Map(), new Map(), new Map()]
const add = (map, key) => map.set(key, (map.get(key) ?? 0) + 1)
let people = 0
for (const line of truth.slice(1)) {
  const cells = line.split(',')
  const person = linked.get(`${cells[column('source')]}\t${cells[column('source_person')]}`)
  if (person === undefined) continue
  const real = cells[column('true_person')]
  people += 1
  add(ours, person)
  add(theirs, real)
  add(both, `${person} ${real}`)
}
const pairs = (map) => [...map.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0)
console.log(`${people} source people: precision ${(pairs(both) / pairs(ours)).toFixed(5)}, recall ${(pairs(both) / pairs(theirs)).toFixed(5)} (pairs)`)
