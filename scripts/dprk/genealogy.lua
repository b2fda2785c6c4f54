-- Who copied whom: how much of what is told about the North Korean soldiers was said only once?
--
--   muster run scripts/dprk/genealogy.lua [folder for the plots, else build/demo]
local folder = ... or "build/demo"
local page, evidence, genealogy = muster.page, muster.evidence, muster.genealogy
local dprk = muster.dataset "dprk"
local sources, names = dprk.sources, evidence.names(dprk.sources)

page.question "Who copied whom: how much of what is told about the North Korean soldiers was said only once?"

local subjects = {
  { name = "deployments", title = "How many were sent", drawn = "Who retells whom: troops planned, sent and present" },
  { name = "casualties", title = "How many were lost", drawn = "Who retells whom: killed and wounded", context = dprk.context },
  { name = "captures", title = "How many were taken" },
}

-- Numbers and words of two statements link them; ids, notes and the compiler's marks are not looked at.
for _, subject in ipairs(subjects) do
  subject.rows = dprk[subject.name]
  subject.tree = subject.rows:genealogy { sources = sources, context = subject.context }
end

page.section "How many origins are left"

local lines = {}
for i, subject in ipairs(subjects) do
  local copied, altered = 0, 0
  for _, edge in subject.tree.edges:rows() do
    altered = altered + (edge.altered and edge.row and 1 or 0)
    copied = copied + (edge.row and edge.strength >= 0.5 and edge.change:find "copied across" and 1 or 0)
  end
  lines[i] = { claims_about = subject.name, rows = subject.tree.rows, claims = subject.tree.claims, voices = #subject.tree.voices,
    independent = ("%.1f"):format(subject.tree.independent), altered_rows = altered, copied_across = copied }
end
page.show(muster.table(lines, { "claims_about", "rows", "claims", "voices", "independent", "altered_rows", "copied_across" }))
page.say("Rows that agree in origin, measure, day, basis and contingent are carriers of one claim; official bodies of one country are "
  .. "one voice.")
local said = dprk.casualties:filter(function(row)
  return row.measure == "killed_or_wounded" and row.basis == "cumulative" and row.contingent == "all" and row.figure ~= nil
end)
local who = evidence.origins(said, sources)
page.say("A voice counts as independent with the probability that it did not take all it says from another one; over a whole file "
  .. "most say something of their own. For a single question less is left: the totals of killed or wounded come from %d origins, "
  .. "which are %d voices, of which %.1f are independent.", #who.list, who.independent, who.effective)
page.rests(said, sources, "killed or wounded")

-- == what became of the claims ==========================================================================

local function found(tree, wanted)
  local rows = {}
  for _, edge in tree.edges:rows() do
    if wanted(edge) then
      rows[#rows + 1] = { reported = edge.reported, sure = edge.likelihood, what_happened = edge.change, how = edge.sentence }
    end
  end
  return #rows > 0 and muster.table(rows) or nil
end

local sections = {
  { "no longer what the origin said", function(e) return e.altered end, { "reported", "sure", "what_happened", "how" } },
  { "taken from another origin, or worked out from its figures", function(e)
    return not e.altered and (e.change:find "^copied across" or e.change:find "^sum of" or e.change:find "^rate from" or e.change:find "^range of")
      and e.strength >= 0.2
  end, { "reported", "sure", "how" } },
  { "the words in front of the number changed, or its rounding or share", function(e)
    return not e.altered and (e.change:find "^qualifier" or e.change:find "^rounded" or e.change:find "^share" or e.change:find "^bound")
  end, { "what_happened", "how" } },
}
for _, subject in ipairs(subjects) do
  for _, section in ipairs(sections) do
    local rows = found(subject.tree, section[2])
    if rows then
      page.section(("%s: %s"):format(subject.title, section[1]))
      page.show(rows, section[3])
    end
  end
  local links = subject.tree.edges:filter(function(e) return e.strength >= 0.5 and e.change ~= "echo" and not e.change:find "^repeated" end)
  if subject.drawn and #links > 0 then
    page.save(subject.tree:plot(subject.rows, { names = names, title = subject.drawn })
      :caption("Links of at least 0.5 probability, from equal numbers, categories, days and kinds of source; that somebody copied is an "
        .. "inference, not a fact. Source: datasets/dprk.")
      :size(1200), folder, "genealogy-" .. subject.name)
  end
end

-- == chains =============================================================================================

page.section "Claims with three carriers or more"

local chains = {}
for _, subject in ipairs(subjects) do
  for _, claim in subject.rows:evidence():rows() do
    if claim.carriers >= 3 then
      chains[#chains + 1] = { as_of = claim.as_of, claim = ("%s, %s"):format(claim.origin, (claim.measure:gsub("_", " "))),
        carried_by = claim.figures or claim.chain .. ", all the same" }
    end
  end
end
page.show(muster.table(chains):sort("as_of", "claim"), { "as_of", "claim", "carried_by" })

-- == the score ==========================================================================================

page.section "Against the compiler's own marks"

-- Whoever entered the rows marked some of them by hand: what a carrier changed, credited wrongly or dated anew; and the
-- ids of carriers of one claim differ in their last word. The code above never reads that. Here it is the truth, and only here.
local marks = { "mutated", "stale", "misattributed" }

local function marked(row)
  for _, mark in ipairs(marks) do
    if evidence.has_flag(row, mark) then
      return true
    end
  end
  return false
end

local function group_of(id)
  for _, tail in ipairs { "%-[abc]$", "%-mutated$", "%-stale$", "%-misattributed$", "%-copy$" } do
    id = id:gsub(tail, "")
  end
  return id
end

-- The table with ids and notes replaced and only the flags that describe content.
local function blinded(t)
  local ids, flags, notes = {}, {}, {}
  for i, row in t:rows() do
    local kept = {}
    for _, flag in ipairs { "verbal", "share_only", "month_level", "combined" } do
      kept[#kept + 1] = evidence.has_flag(row, flag) and flag or nil
    end
    ids[i], flags[i], notes[i] = ("row %d"):format(i), table.concat(kept, ";"), ""
  end
  return t:with("claim_id", ids):with("flags", flags):with("note", notes)
end

local function percent(ratio)
  return ratio and ("%.0f %%"):format(100 * ratio) or "-"
end

-- Every pair of rows of a file: carriers of one claim by the key, and by the ids.
local function pairs_of(t)
  local claim, together, truth = {}, {}, {}
  for k, group in ipairs(evidence.groups(t)) do
    for _, carrier in ipairs(group.rows) do
      claim[carrier.at] = k
    end
  end
  local ids = t:column "claim_id":values()
  for i = 1, #t do
    for j = i + 1, #t do
      together[#together + 1], truth[#truth + 1] = claim[i] == claim[j], group_of(ids[i]) == group_of(ids[j])
    end
  end
  return together, truth
end

local scores, besides, by_mark = {}, {}, {}
local function add(what, detected, truth)
  local s = genealogy.score(detected, truth)
  scores[#scores + 1] = { what = what, marked = s.hits + s.missed, found = s.hits, besides = s.extra, precision = percent(s.precision),
    recall = percent(s.recall) }
end

local all, all_true, two, two_true = {}, {}, {}, {}
for _, subject in ipairs(subjects) do
  local altered, truth = genealogy.altered(blinded(subject.rows), sources), {}
  for k, row in subject.rows:rows() do
    truth[k] = marked(row)
    all[#all + 1], all_true[#all_true + 1] = altered[k], truth[k]
    for _, mark in ipairs(marks) do
      by_mark[mark] = by_mark[mark] or { found = {}, truth = {} }
      if evidence.has_flag(row, mark) then
        table.insert(by_mark[mark].found, altered[k])
        table.insert(by_mark[mark].truth, true)
      end
    end
    if altered[k] and not truth[k] then
      besides[#besides + 1] = { row = row.claim_id, note = row.note or "-" }
    end
  end
  add("altered rows, " .. subject.name, altered, truth)
  local together, same = pairs_of(subject.rows)
  table.move(together, 1, #together, #two + 1, two)
  table.move(same, 1, #same, #two_true + 1, two_true)
end
add("altered rows, all", all, all_true)
add("pairs of carriers, all", two, two_true)
page.show(muster.table(scores, { "what", "marked", "found", "besides", "precision", "recall" }))

local kinds = {}
for i, mark in ipairs(marks) do
  local s = genealogy.score(by_mark[mark].found, by_mark[mark].truth)
  kinds[i] = { mark = mark, marked = s.hits + s.missed, found = s.hits, recall = percent(s.recall) }
end
page.show(muster.table(kinds, { "mark", "marked", "found", "recall" }))
page.say "Found besides, with the compiler's note:"
page.show(muster.table(besides, { "row", "note" }))
page.say("The rules were written with this file at hand, so the score flatters them. In planted genealogies of invented countries 99 % of "
  .. "the links are recovered, 97 % of those with one change and 89 % where two changes lie between an origin and a page "
  .. "(t/t5320-genealogy-planted.lua).")
