// Measures linkage against our own synthetic truth: pairwise precision and recall over all feeds, by ethnic category and by
// deprivation fifth (1 the most deprived).
// Usage: node benches/linkage.mjs DEPLOYMENT   (a `wsic demo` folder with its feeds beside it; needs the sqlite3 program)
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const folder = process.argv[2] ?? 'demo'
const rows = (file) => {
  const [head, ...lines] = fs.readFileSync(path.join(folder, 'feeds', file), 'utf8').trim().split('\n')
  const names = head.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at], cell])))
}
const text = execFileSync('sqlite3', ['-separator', '\t', path.join(folder, 'wsic.db'), 'SELECT source, source_person, person_id FROM identity'], { maxBuffer: 1 << 30, encoding: 'utf8' })
const linked = new Map(text.trim().split('\n').map((line) => line.split('\t')).map(([s, p, person]) => [`${s}\t${p}`, person]))
const people = new Map(rows('truth_people.csv').map((row) => [row.true_person, row]))
const groups = new Map()
const add = (map, key) => map.set(key, (map.get(key) ?? 0) + 1)
for (const row of rows('truth.csv')) {
  const person = linked.get(`${row.source}\t${row.source_person}`)
  if (person === undefined) continue
  const who = people.get(row.true_person)
  for (const name of ['all', `ethnic category ${who.ethnic_category}`, `deprivation fifth ${who.deprivation_fifth}`]) {
    if (!groups.has(name)) groups.set(name, { people: 0, ours: new Map(), theirs: new Map(), both: new Map() })
    const group = groups.get(name)
    group.people += 1
    add(group.ours, person)
    add(group.theirs, row.true_person)
    add(group.both, `${person} ${row.true_person}`)
  }
}
const pairs = (map) => [...map.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0)
for (const [name, group] of [...groups].sort()) {
  const [ours, theirs, both] = [pairs(group.ours), pairs(group.theirs), pairs(group.both)]
  console.log(`${name}: ${group.people} source people, ${theirs} pairs, precision ${(both / ours).toFixed(5)}, recall ${(both / theirs).toFixed(5)}`)
}
