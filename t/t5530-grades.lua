-- Letters and numbers as conditions, columns and weights; bounds as columns. Counts are worked out by hand, or by a plain loop.
local lu = require "lu"
local q = muster.quantity

local sources = muster.table({
  { source_id = "a", reliability = "A" }, { source_id = "b", reliability = "B" }, { source_id = "c", reliability = "C" },
  { source_id = "e", reliability = "E" }, { source_id = "f", reliability = "F" },
}, { "source_id", "reliability" })

--  origin, via, credibility
local rows = {}
for i, r in ipairs {
  { "a", "b", 1 }, { "b", "c", 2 }, { "b", "f", 3 }, { "c", "a", 2 }, { "c", "c", 6 }, { "e", "e", 5 }, { "f", "a", 2 }, { "f", "f", 6 },
  { "x", "b", 2 }, { "a", "a", nil },
} do
  rows[i] = { id = i, origin = r[1], via = r[2], credibility = r[3] }
end
local t = muster.table(rows, { "id", "origin", "via", "credibility" })

local function ids(letter, number, options)
  options = options or {}
  options.sources = sources
  local kept, left = t:graded(letter, number, options)
  local out = {}
  for i, row in kept:rows() do
    out[i] = row.id
  end
  return out, left
end

-- Row 9 is of a source that the table of sources does not know, row 10 has no number: nobody can judge them.
local cases = {
  { "B", nil, nil, { 1, 2, 3, 10 } },
  { "A", nil, nil, { 1, 10 } },
  { "E", nil, nil, { 1, 2, 3, 4, 5, 6, 10 } },
  { nil, 2, nil, { 1, 2, 4, 7, 9 } },
  { nil, 5, nil, { 1, 2, 3, 4, 6, 7, 9 } },
  { "B", 2, nil, { 1, 2 } },
  { "B", 2, { unjudged = "keep" }, { 1, 2, 7, 8, 9, 10 } },
  { "C", 3, { by = "via" }, { 1, 2, 4, 7, 9 } },
  { "B", 2, { by = "both" }, { 1 } },
  { "B", 3, { by = "both", unjudged = "keep" }, { 1, 3, 7, 8, 9, 10 } },
  { nil, nil, nil, { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 } },
}

function TestGraded_cases()
  for k, case in ipairs(cases) do
    local kept, left = ids(case[1], case[2], case[3])
    lu.assertEquals(kept, case[4], "case " .. k)
    lu.assertEquals(left.kept + left.letter + left.number + left.unjudged_letter + left.unjudged_number, 10, "case " .. k)
  end
end

function TestGraded_counts_what_is_left_out()
  local _, left = ids("B", 2)
  -- c, c and e for the letter; f, f and x cannot be judged; then row 3 for the number, row 10 has none
  lu.assertEquals({ left.letter, left.unjudged_letter, left.number, left.unjudged_number }, { 3, 3, 1, 1 })
  lu.assertEquals(tostring(left), "2 of 10 rows kept, left out: 3 for the letter of the origin, 1 for the number of the claim, "
    .. "3 whose source cannot be judged, 1 that cannot be judged")
  local _, kept = ids("B", 2, { unjudged = "keep" })
  lu.assertEquals(kept.kept_unjudged, 4)
end

function TestGraded_messages()
  local function fails(part, letter, number)
    lu.fails(part, t.graded, t, letter, number, { sources = sources })
  end
  fails("found string 'b'; did you mean 'B'?", "b")
  fails("'F' says that a source cannot be judged, it is no level; allowed: A, B, C, D, E", "F")
  fails("graded('B', 2)", "B2")
  fails("graded('B', 2)", 2, "B")
  fails("1 to 5, found string '2'; did you mean 2?", "B", "2")
  fails("6 says that a claim cannot be judged", "B", 6)
  fails("1 to 5, found number 2.5", "B", 2.5)
  lu.fails("this table knows none", t.graded, t, "B")
  lu.fails("no column 'via'", function() t:select("origin", "credibility"):graded("B", 2, { by = "via", sources = sources }) end)
end

function TestGrades_side_by_side()
  local g = t:grades { sources = sources }
  local want = { "A1", "B2", "B3", "C2", "C6", "E5", "F2", "F6", "-2", "A-" }
  for i, row in g:rows() do
    lu.assertEquals(row.grade, want[i])
  end
  lu.assertEquals(t:grades { sources = sources, by = "both" }[1].reliability_via, "B")
  lu.assertEquals(t:grades { sources = sources, by = "via" }[1].grade, "B1")
  lu.fails("has a column 'reliability' already", g.grades, g, { sources = sources })
end

-- The worked case against a plain loop over its files.
function TestGraded_of_the_worked_case()
  local data = muster.dataset "dprk"
  local letter = {}
  for _, s in data.sources:rows() do
    letter[s.source_id] = s.reliability
  end
  local n = 0
  for _, row in data.deployments:rows() do
    n = n + (letter[row.origin] <= "C" and row.credibility <= 3 and 1 or 0)
  end
  local kept = data.deployments:graded("C", 3)
  lu.assertEquals(#kept, n)
  lu.assertEquals(kept:kind(), "deployments")
end

-- == bounds ============================================================================================

--  figure, stated, kind, low, high, open_low, open_high
local bounds = {
  { { best = 3000 }, 3000, "exact", 3000, 3000, false, false },
  { { qualifier = "about", best = 3000 }, 3000, "about", 2700, 3300, false, false },
  { { qualifier = "at_least", best = 3000 }, 3000, "at_least", 3000, math.huge, false, true },
  { { qualifier = "more_than", best = 3000 }, 3000, "more_than", 3001, math.huge, false, true },
  { { qualifier = "up_to", best = 12000 }, 12000, "up_to", 0, 12000, true, false },
  { { qualifier = "less_than", best = 500 }, 500, "less_than", 0, 499, true, false },
  { { qualifier = "nearly", best = 11000 }, 11000, "nearly", 9900, 11000, false, false },
  { { qualifier = "range", low = 10000, high = 12000 }, nil, "range", 10000, 12000, false, false },
}

function TestBounds_as_columns()
  local list = {}
  for i, case in ipairs(bounds) do
    list[i] = { origin = "a", figure = q(case[1]) }
  end
  list[#list + 1] = { origin = "b" }
  local got = muster.table(list, { "origin", "figure" }):bounds()
  lu.assertEquals(got:names(), { "origin", "stated", "kind", "low", "high", "open_low", "open_high" })
  for i, case in ipairs(bounds) do
    local row = got[i]
    lu.assertEquals({ row.stated, row.kind, row.low, row.high, row.open_low, row.open_high }, table.move(case, 2, 7, 1, {}))
  end
  lu.assertNil(got[9].low)
  lu.assertNil(got[9].open_high)
end

function TestBounds_are_for_export()
  local data = muster.dataset "dprk"
  local got = data.casualties:bounds()
  lu.assertEquals(#got, #data.casualties)
  lu.assertNil(got:kind())                       -- low and high may be computed with again
  lu.assertTrue(#got:derive "width = high - low" > 0)
  local path = os.getenv "WORK" .. "/bounds.csv"
  got:select("kind", "low", "high"):write(path)
  lu.assertStrContains(lu.read(path), "at_least,3,inf")
  lu.fails("holds string, not figures", data.casualties.bounds, data.casualties, "origin")
end

-- == scales ============================================================================================

function TestScales_as_published()
  -- misp-taxonomies, admiralty-scale/machinetag.json; STIX 2.1, table of the Admiralty Credibility scale
  local misp, stix = muster.grades.scale "misp", muster.grades.scale "stix"
  lu.assertEquals(misp.letters, { A = 100, B = 75, C = 50, D = 25, E = 0, F = 50 })
  lu.assertEquals(misp.numbers, { 100, 75, 50, 25, 0, 50 })
  lu.assertEquals(stix.numbers, { 90, 70, 50, 30, 10 })
  lu.assertNil(stix.letters)
  lu.assertEquals(#muster.grades.scales(), 6 + 6 + 5)
  lu.fails("no scale 'mips'; did you mean 'misp'?", muster.grades.scale, "mips")
  lu.fails("letters: A is above B, and has the smaller number", muster.grades.scale, { letters = { A = 10, B = 20 } })
  lu.fails("no grade 'G'", muster.grades.scale, { letters = { G = 10 } })
  lu.fails("should be 0 to 100, found number 900", muster.grades.scale, { numbers = { 900 } })
end

function TestEffect_by_hand()
  local claims = muster.table({ { origin = "a", credibility = 2, n = 100 }, { origin = "c", credibility = 4, n = 200 },
    { origin = "f", credibility = 6, n = 600 } }, { "origin", "credibility", "n" })
  local own = { name = "mine", letters = { A = 100, C = 20 } }
  local got, text = muster.grades.effect(claims, "weighted_mean(n, weight)", { sources = sources, scales = { "misp", "stix", own } })
  local want = {
    { "none", "equal weights", 0, 900 / 3 },
    { "misp", "letter", 0, (100 * 100 + 50 * 200 + 50 * 600) / 200 },
    { "misp", "number", 0, (75 * 100 + 25 * 200 + 50 * 600) / 150 },
    { "stix", "number", 1, (70 * 100 + 30 * 200) / 100 },              -- 6 has no value there
    { "mine", "letter", 1, (100 * 100 + 20 * 200) / 120 },
  }
  lu.assertEquals(#got, #want)
  for i, w in ipairs(want) do
    lu.assertEquals({ got[i].scale, got[i].of, got[i].left_out }, { w[1], w[2], w[3] })
    lu.assertAlmostEquals(got[i].headline, w[4], 1e-9)
  end
  lu.assertEquals(text, "300 with equal weights; by the choice of scale it is 117 to 300")
  lu.fails("should be a number", muster.grades.effect, claims, "max(origin)", { sources = sources })
end

-- == letters beside numbers ============================================================================

local function table_of(counts)
  local list = {}
  for k, c in ipairs(counts) do
    for _ = 1, c[3] do
      list[#list + 1] = { origin = c[4] or (c[1] .. k), credibility = c[2] }
    end
  end
  local known, seen = {}, {}
  for k, c in ipairs(counts) do
    local id = c[4] or (c[1] .. k)
    if not seen[id] then
      seen[id] = true
      known[#known + 1] = { source_id = id, reliability = c[1] }
    end
  end
  return muster.table(list, { "origin", "credibility" }), muster.table(known, { "source_id", "reliability" })
end

function TestAssociation_by_hand()
  -- 3 B2, 1 B3, 2 C3: pairs that differ in both: B2-C3 agree 6; B3-C3 and B2-B3 tie. gamma = 1
  local claims, known = table_of { { "B", 2, 3, "p" }, { "B", 3, 1, "p" }, { "C", 3, 2, "r" } }
  local a = muster.grades.association(claims, { sources = known })
  lu.assertEquals({ a.n, a.agree, a.oppose, a.gamma, a.paired }, { 6, 6, 0, 1, 5 })
  lu.assertAlmostEquals(a.by_chance, (4 * 3 + 2 * 3) / 6, 1e-12)
  lu.assertNil(a.low)                                               -- two sources make no interval
  -- 2 A1, 1 A2, 1 B1: A1-? none agree but A2-B1 oppose 1; A1-B1 ties, A1-A2 ties: gamma = -1
  claims, known = table_of { { "A", 1, 2, "p" }, { "A", 2, 1, "p" }, { "B", 1, 1, "r" } }
  lu.assertEquals(muster.grades.association(claims, { sources = known }).gamma, -1)
  claims, known = table_of { { "F", 2, 3 }, { "B", 6, 1 }, { "C", 3, 1 } }
  a = muster.grades.association(claims, { sources = known })
  lu.assertEquals({ a.n, a.unjudged }, { 1, 4 })
  lu.assertStrContains(a.text, "nothing can be said")
end

function TestAssociation_says_what_there_is()
  local habit, free = {}, {}
  for k, letter in ipairs { "A", "B", "C", "D", "A", "B", "C", "D" } do
    local n = (k - 1) % 4 + 1
    habit[#habit + 1] = { letter, n, 9, letter .. k }
    habit[#habit + 1] = { letter, n % 5 + 1, 1, letter .. k }
    for m = 1, 4 do
      free[#free + 1] = { letter, m, 5, letter .. k }
    end
  end
  local claims, known = table_of(habit)
  local a = muster.grades.association(claims, { sources = known })
  lu.assertTrue(a.low > 0.8)
  lu.assertStrContains(a.text, "strongly")
  claims, known = table_of(free)
  a = muster.grades.association(claims, { sources = known })
  lu.assertAlmostEquals(a.gamma, 0, 1e-12)
  lu.assertStrContains(a.text, "cannot be told")
  lu.fails("option 'level' is between 0 and 1", muster.grades.association, claims, { sources = known, level = 90 })
  -- the same seed, the same interval
  local data = muster.dataset "dprk"
  lu.assertEquals(muster.grades.association(data.casualties).low, muster.grades.association(data.casualties).low)
end

os.exit(lu.run())
