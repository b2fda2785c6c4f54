-- What an audit found, for readers: carriers and places found again, subjects, the report, the pictures.
local lu = require "lu"
local view = require "muster.audit.view"
local wrap = require "muster.base.wrap"

local columns = { "claim_id", "reported", "as_of", "origin", "via", "measure", "basis", "low", "best", "high", "qualifier",
  "contingent", "location", "credibility", "url" }

local function claim(changes)
  local row = { claim_id = "a", reported = "1931-05-02", as_of = "1931-05-01", origin = "ministry", via = "post", measure = "killed",
    basis = "cumulative", qualifier = "exact", contingent = "all", location = "hills", credibility = 2, url = "-" }
  for name, value in pairs(changes) do
    row[name] = value
  end
  if row.qualifier == "exact" then
    row.low, row.high = row.best, row.best
  end
  return row
end

local function casualties(rows)
  return muster.casualties(muster.table(rows, columns), { sources = false })
end

-- The dead fall from 900 to 600; two outlets carry the 900, one of them as "more than".
local function falling()
  local t = casualties {
    claim { claim_id = "a", best = 900 },
    claim { claim_id = "b", best = 900, via = "star", qualifier = "more_than", low = 900, credibility = 4 },
    claim { claim_id = "c", as_of = "1931-07-01", reported = "1931-07-02", best = 600 },
    claim { claim_id = "d", origin = "consul", as_of = "1931-08-01", reported = "1931-08-02", measure = "wounded", best = 50 },
  }
  return t, muster.audit(nil, t)
end

function TestView_claims_know_their_rows()
  local t, audit = falling()
  local claims = view.claims(audit, { casualties = t })
  local first
  for _, c in pairs(claims) do
    first = c.origin == "ministry" and tostring(c.as_of) == "1931-05-01" and c or first
  end
  lu.assertEquals(first.carried, { { printed = "900", via = { "post" } }, { printed = "> 900", via = { "star" } } })
  lu.assertEquals(first.places, { { line = 1 }, { line = 2 } })       -- a table made in Lua has rows, no files
  lu.assertEquals(view.places_text(first.places), "row 1, 2")
  lu.assertEquals(view.places_text({ { file = "x/a.csv", line = 5 }, { file = "x/a.csv", line = 9 }, { file = "b.csv", line = 2 } }),
    "a.csv:5, 9, b.csv:2")
  lu.assertEquals(view.places_text({ { file = "a.csv", line = 5 }, { file = "a.csv", line = 9 } }, 1), "a.csv:5, ... (2 in all)")
end

function TestView_subjects_by_what_is_counted()
  local claims = { { measure = "killed", contingent = "all" }, { measure = "killed_or_wounded", contingent = "all" },
    { measure = "killed", contingent = "fifth_corps" } }
  local function conflict(...)
    return { claims = { ... }, verdict = "unlikely together" }
  end
  local list = view.subjects({ conflict(2, 1), conflict(3), conflict(1, 2), conflict(1) }, claims)
  lu.assertEquals({ list[1].subject, #list[1].conflicts, list[1].claims }, { "killed / killed or wounded", 2, 2 })
  lu.assertEquals({ list[2].subject, list[3].subject, #list }, { "killed (fifth corps)", "killed", 3 })
  lu.assertEquals(view.count { conflict(1), conflict(2) },
    { ["cannot both be true"] = 0, ["unlikely together"] = 2, ["did not come true"] = 0 })
  lu.assertEquals(#view.alike { { also = { 1, 2 } }, {}, { also = { 3 } } }, 3)
end

function TestReport_says_what_the_tables_say()
  local t, audit = falling()
  local report = muster.conflicts.report(audit, { casualties = t }, { title = "the hills", width = 70 })
  lu.assertStrMatches(report:match "[^\n]*", "Audit of the hills")
  lu.assertStrContains(report, "3 claims in 4 rows, by 2 origins.")
  lu.assertStrContains(report, "900 via post; > 900 via star; reported 1931-05-02; row 1, 2")
  lu.assertStrContains(report, "ministry, 1931-07-01: 600 killed (cumulative, all)")
  for line in report:gmatch "[^\n]+" do
    lu.assertTrue(wrap.letters(line) <= 70, line)
  end
  lu.assertNotStrContains(report, "\27")
  -- who is independent is known from sources only
  local sources = muster.sources(muster.table({
    { source_id = "ministry", name = "M", kind = "government", country = "KR", reliability = "C" },
    { source_id = "consul", name = "C", kind = "government", country = "KR", reliability = "C" } },
    { "source_id", "name", "kind", "country", "reliability" }))
  report = muster.conflicts.report(audit, { casualties = t, sources = sources }, { width = 100 })
  lu.assertStrContains(report, "by 2 origins; 1 independent, official bodies of one country counted once.")
end

function TestReport_without_a_conflict()
  local t = casualties { claim { best = 900 } }
  local report = muster.conflicts.report(muster.audit(nil, t), { casualties = t })
  lu.assertStrContains(report, "1 claim in 1 row, by 1 origin.")
  lu.assertStrContains(report, "0  cannot both be true\n")
  lu.assertNotStrContains(report, "repair")
end

function TestPictures()
  local t, audit = falling()
  local tables = { casualties = t }
  local subjects = muster.conflicts.subjects(audit)
  lu.assertEquals(subjects[1].subject, "killed")
  local script = muster.conflicts.matrix(audit, tables):script()
  lu.assertStrContains(script, "Who contradicts whom")
  lu.assertStrContains(script, "ministry, 1931-05-01: 900 killed")
  -- 2 claims: 4 cells below, and the pair both ways round above them
  local _, numbers = muster.conflicts.matrix(audit, tables, subjects[1].conflicts):script()
  local cells = {}
  for line in numbers:gmatch "[^\n]+" do
    if line:find "^#" then
      cells[#cells + 1] = line:find("xlow", 1, true) and 0 or nil
    else
      cells[#cells] = cells[#cells] + 1
    end
  end
  lu.assertEquals(cells, { 4, 2 })
  script = muster.conflicts.timeline(audit, tables, subjects[1].conflicts):script()
  lu.assertStrContains(script, "'cannot both be true'")
end

local function fails(pattern, fn)
  local ok, message = pcall(fn)
  lu.assertFalse(ok)
  lu.assertStrContains(message, "t5490-conflicts.lua:")
  lu.assertStrMatches(message, ".*" .. pattern .. ".*")
end

function TestErrors()
  local t, audit = falling()
  fails("no option 'casualty'", function() muster.conflicts.report(audit, { casualty = t }) end)
  fails("option 'casualties': expected Table", function() muster.conflicts.report(audit, { casualties = 3 }) end)
  fails("no two claims are in conflict", function() muster.conflicts.matrix(audit, { casualties = t }, {}) end)
  fails("nothing to join", function() muster.conflicts.timeline(audit, { casualties = t }, {}) end)
  fails("no option 'titel'; did you mean 'title'", function() muster.conflicts.report(audit, { casualties = t }, { titel = "x" }) end)
end

function TestWrap()
  lu.assertEquals(wrap.lines("a bb 40 % ccc", 6), { "a bb", "40 %", "ccc" })
  lu.assertEquals(wrap.lines("", 10), { "" })
  lu.assertEquals(wrap.lines("unbreakable", 4), { "unbreakable" })
  lu.assertEquals(wrap.paragraph("one two three four five six", 20, "  ", "    "), "  one two three four\n      five six")
  lu.assertEquals(wrap.cut("Ärger über", 7), "Ärge...")
  lu.assertEquals(wrap.cut("short", 7), "short")
  lu.assertEquals(wrap.clean "a\27[31m\n", "a\\x1b[31m\\x0a")
end

os.exit(lu.run())
