-- Which of the claims about the North Korean soldiers cannot all be true, and which few would have to go?
--
--   muster run scripts/dprk/audit.lua [folder for the plots, else build/demo]
local folder = ... or "build/demo"
local page, evidence, conflicts = muster.page, muster.evidence, muster.conflicts
local dprk = muster.dataset "dprk"
local names = evidence.names(dprk.sources)
local tables = { deployments = dprk.deployments, casualties = dprk.casualties, captures = dprk.captures, sources = dprk.sources }

page.question "Which of the claims about the North Korean soldiers cannot all be true, and which few would have to go?"

local audit = muster.audit(dprk.deployments, dprk.casualties, dprk.captures)
local CANNOT, UNLIKELY, FAILED = "cannot both be true", "unlikely together", "did not come true"
local found = conflicts.count(audit.conflicts)

-- == what was found =====================================================================================

page.say("%d rows hold %d claims that have a number or a share and a day; each is compared with every other that counts the "
  .. "same people, a part of them or a whole around them. %d conflicts are found: in %d the claims cannot both be true, however "
  .. "widely their words are read; in %d they are unlikely together; %d forecasts did not come true.",
  #dprk.deployments + #dprk.casualties + #dprk.captures, #audit.claims, #audit.conflicts, found[CANNOT], found[UNLIKELY],
  found[FAILED])
page.say("A conflict says that somebody is wrong, not who. One that says the same of the same claim as a graver one is counted "
  .. "under that one and not here.")
page.rests(audit.claims, dprk.sources)

page.section "Where they lie"

local subjects = conflicts.subjects(audit)
local rows = {}
for i, s in ipairs(subjects) do
  local n = conflicts.count(s.conflicts)
  rows[i] = { cannot = n[CANNOT], unlikely = n[UNLIKELY], failed = n[FAILED], claims = s.claims, subject = s.subject }
end
page.show(muster.table(rows, { "cannot", "unlikely", "failed", "claims", "subject" }))

-- == which claims would have to go ======================================================================

page.section "The smallest repair"

local by_id = {}
for _, c in audit.claims:rows() do
  by_id[c.id] = c
end
local gone = {}
for i, id in ipairs(audit.repairs) do
  local c = by_id[id]
  gone[i] = { claim = ("[%d]"):format(id), as_of = c.as_of, origin = c.origin, graded = c.credibility, figure = c.figure,
    measure = (c.measure:gsub("_", " ")) }
end
page.say("Without these %d claims no two of the rest contradict each other. It is the cheapest such set, where a claim of better "
  .. "credibility costs more to give up: what it leaves out need not be false, and what it keeps need not be true.", #gone)
page.show(muster.table(gone, { "claim", "as_of", "origin", "graded", "figure", "measure" }))

-- == the gravest, in words ==============================================================================

page.section "The gravest twelve"

local most = math.min(12, #audit.conflicts)
for i = 1, most do
  local one = audit.conflicts[i]
  page.say("%d. %s: %s%s", i, one.verdict, one.sentence, one.repair[1]
    and (" It would be settled if [%d] were read anew: %s."):format(one.repair[1].claim, one.repair[1].text) or "")
end
page.say("All of them, with their claims, carriers, files and lines: muster audit datasets/dprk.")

-- == who is in them =====================================================================================

page.section "By origin"

local standing, order = {}, {}
for id, c in pairs(by_id) do
  if not standing[c.origin] then
    standing[c.origin] = { origin = names[c.origin], claims = 0, in_conflict = 0, cannot = 0 }
    order[#order + 1] = c.origin
  end
  local s, worst = standing[c.origin], nil
  for _, one in ipairs(audit.all) do
    for _, other in ipairs(one.claims) do
      if other == id and worst ~= CANNOT then
        worst = one.verdict
      end
    end
  end
  s.claims, s.in_conflict = s.claims + 1, s.in_conflict + (worst and 1 or 0)
  s.cannot = s.cannot + (worst == CANNOT and 1 or 0)
end
table.sort(order, function(a, b)
  local x, y = standing[a], standing[b]
  return x.cannot ~= y.cannot and x.cannot > y.cannot or x.cannot == y.cannot and a < b
end)
local table_of = {}
for _, id in ipairs(order) do
  table_of[#table_of + 1] = standing[id].cannot > 0 and standing[id] or nil
end
page.show(muster.table(table_of, { "claims", "in_conflict", "cannot", "origin" }))
page.say("Who says much is contradicted often, also by itself: an origin that revises a total downwards stands here for both of "
  .. "its claims. Standing here says nothing about who is wrong.")

-- == pictures ===========================================================================================

page.save(conflicts.matrix(audit, tables):title "Who contradicts whom"
  :caption "Source: datasets/dprk. A cell says that two claims conflict, not which of them is wrong.", folder, "audit-matrix")

-- The two subjects with most claims in conflict that count one thing: an axis for two would mix them.
local biggest = {}
for _, s in ipairs(subjects) do
  biggest[#biggest + 1] = s.things == 1 and s or nil
end
table.sort(biggest, function(a, b)
  return a.claims ~= b.claims and a.claims > b.claims or a.claims == b.claims and a.subject < b.subject
end)
for i = 1, math.min(2, #biggest) do
  local s = biggest[i]
  page.save(conflicts.timeline(audit, tables, s.conflicts)
    :title(("%s: the claims that contradict each other"):format((s.subject:gsub("^%l", string.upper))))
    :caption "Source: datasets/dprk. Where one conflict stands for several alike, one is drawn.", folder, "audit-timeline-" .. i)
end
