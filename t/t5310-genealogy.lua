-- What is said of each link between two rows, one case for each kind of change; and how many origins are left.
local lu = require "lu"
local q, d = muster.quantity, muster.date

local sources = muster.table {
  { source_id = "ministry", kind = "government", country = "AA" }, { source_id = "staff", kind = "military", country = "AA" },
  { source_id = "abroad", kind = "government", country = "BB" }, { source_id = "institute", kind = "think_tank", country = "BB" },
  { source_id = "paper", kind = "media", country = "CC" },
}

local function row(more)
  local r = { origin = "ministry", via = "wire", measure = "killed_or_wounded", basis = "cumulative", contingent = "all",
    as_of = d "2031-05-01", reported = d "2031-05-01", figure = q { qualifier = "about", best = 4700 } }
  for name, value in pairs(more) do
    r[name] = value
  end
  return r
end

-- The change from the first row to the second one, one day later; `more` are further rows before them.
local function change(first, second, ...)
  second.reported = second.reported or d "2031-05-02"
  local rows = { row(first), row(second), ... }
  local t = muster.table(rows)
  for _, edge in t:genealogy({ sources = sources }).edges:rows() do
    if edge.row == 2 then
      return edge.change, edge
    end
  end
end

local function figure(qualifier, x)
  return { figure = q { qualifier = qualifier, best = x } }
end

local cases = {
  { "echo", {}, {} },
  { "qualifier lost", figure("about", 4700), figure("exact", 4700) },
  { "qualifier softened", figure("exact", 4700), figure("about", 4700) },
  { "qualifier softened", figure("more_than", 4700), figure("at_least", 4700) },
  { "qualifier softened", figure("more_than", 4700), figure("about", 4700) },
  { "qualifier strengthened", figure("about", 4700), figure("more_than", 4700) },
  { "qualifier reversed", figure("more_than", 4700), figure("nearly", 4700) },
  { "qualifier reversed", figure("up_to", 4700), figure("at_least", 4700) },
  { "echo", figure("up_to", 4700), figure("as_many_as", 4700) },
  { "rounded", figure("about", 10900), figure("about", 11000) },
  { "figure altered", figure("about", 4700), figure("about", 7400) },
  { "end added", figure("about", 4700), { figure = q { qualifier = "range", low = 4700, high = 6900 } } },
  { "bound closed", figure("more_than", 4700), { figure = q { qualifier = "range", low = 4700, high = 6900 } } },
  { "bound opened", { figure = q { qualifier = "range", low = 4700, high = 6900 } }, figure("more_than", 4700) },
  { "bound opened", { figure = q { qualifier = "range", low = 4700, high = 6900 } }, figure("up_to", 6900) },
  { "end dropped", { figure = q { qualifier = "range", low = 4700, high = 6900 } }, figure("about", 6900) },
  { "range made one number", { figure = q { qualifier = "range", low = 4700, high = 6900 } }, figure("about", 5800) },
  { "number made a range", figure("about", 5800), { figure = q { qualifier = "range", low = 4700, high = 6900 } } },
  { "combined read as one side", { flags = "combined" }, {} },
  { "share altered", { share = 0.4, share_of = "deployed" }, { share = 0.36, share_of = "deployed" } },
  { "total read as wounded", {}, { measure = "wounded" } },
  { "category narrowed", {}, { measure = "killed_or_seriously_wounded" } },
  { "category widened", { measure = "killed" }, {} },
  { "planned read as sent", { measure = "planned" }, { measure = "dispatched" } },
  { "planned read as sent", { measure = "planned" }, { measure = "in_theatre" } },
  { "planned read as sent", { measure = "planned", basis = "increment" }, { measure = "dispatched" } },
  { "repeated; qualifier lost", {}, { as_of = d "2031-05-20", reported = d "2031-05-20", figure = q { best = 4700 } } },
  { "copied across origins; total read as wounded", { figure = q { best = 4730 } },
    { origin = "paper", measure = "wounded", figure = q { best = 4730 } } },
  { "another part of the force", { contingent = "engineers" }, { as_of = d "2031-05-03" } },
  { "stale", {}, { reported = d "2031-10-01" } },
  { "repeated", {}, { as_of = d "2031-05-20", reported = d "2031-05-20" } },
  { "repeated by a related body", {}, { origin = "staff", as_of = d "2031-05-20", reported = d "2031-05-20" } },
  { "copied across origins", {}, { origin = "paper", as_of = d "2031-05-20", reported = d "2031-05-20" } },
}

function TestGenealogy_names_each_change()
  for _, case in ipairs(cases) do
    lu.assertEquals((change(case[2], case[3])), case[1])
  end
end

function TestGenealogy_a_range_of_two_origins()
  local kind, edge = change({}, { figure = q { qualifier = "range", low = 4700, high = 8300 } },
    row { origin = "abroad", claim_id = "other", figure = q { best = 8300 } })
  lu.assertEquals({ kind, edge.also_row }, { "fused into a range", 3 })
  lu.assertStrContains(edge.sentence, "makes one range, 4,700-8,300")
end

function TestGenealogy_total_in_the_place_of_the_wounded()
  local kind, edge = change({ measure = "wounded", figure = q { best = 4100 } }, { measure = "wounded" }, row {})
  lu.assertEquals({ kind, edge.also_row, edge.altered }, { "total read as wounded", 3, true })
end

function TestGenealogy_credited_to_somebody_who_says_otherwise()
  local own = row { origin = "abroad", as_of = d "2031-04-28", reported = d "2031-04-28", figure = q { best = 2900 } }
  lu.assertEquals((change({}, { origin = "abroad" }, own)), "attribution swapped")
  lu.assertEquals((change({}, { origin = "abroad" })), "copied across origins")      -- nothing says that it is not its own
end

function TestGenealogy_stale_when_others_had_moved_on()
  local later = { as_of = d "2031-09-01", reported = d "2031-09-01" }
  local _, edge = change({}, later, row { origin = "abroad", as_of = d "2031-07-01", reported = d "2031-07-01",
    figure = q { qualifier = "more_than", best = 6000 } })
  lu.assertEquals(edge.change, "stale")
  lu.assertStrContains(edge.sentence, "by then abroad had said > 6,000")
  lu.assertEquals((change({}, { as_of = d "2031-09-01", reported = d "2031-09-01" })), "repeated")
end

-- A month after the plan the same number may be the fact, unless the origin itself counts fewer sent at that time.
function TestGenealogy_a_plan_that_is_told_as_sent_later()
  local plan, later = { measure = "planned" }, { measure = "dispatched", as_of = d "2031-06-20", reported = d "2031-06-20" }
  lu.assertNil((change(plan, later)))
  lu.assertEquals((change(plan, later, row { measure = "dispatched", as_of = d "2031-06-10", reported = d "2031-06-10",
    figure = q { best = 1500 } })), "planned read as sent")
end

-- Only the month is known: any day of it, so that a plan of the 3rd and a dispatch "in May" are of the same time.
function TestGenealogy_a_month_is_any_of_its_days()
  local plan = { measure = "planned", as_of = d "2031-05-03" }
  lu.assertEquals((change(plan, { measure = "dispatched", as_of = d "2031-05-31", flags = "month_level" })), "planned read as sent")
  lu.assertNil((change(plan, { measure = "dispatched", as_of = d "2031-05-31" })))
end

function TestGenealogy_a_sum_of_two_figures()
  local before = d "2031-04-27"
  local t = muster.table { row { origin = "staff", figure = q { qualifier = "about", best = 1100 } },
    row { measure = "killed", figure = q { qualifier = "at_least", best = 100 }, as_of = before, reported = before },
    row { measure = "wounded", figure = q { qualifier = "nearly", best = 1000 }, as_of = before, reported = before } }
  local edge = t:genealogy({ sources = sources }).edges[1]
  lu.assertEquals({ edge.change, edge.row, edge.parent_row, edge.also_row }, { "sum of two figures", 1, 3, 2 })
  -- of an unrelated origin it is none
  lu.assertEquals(#t:with("origin", { "abroad", "ministry", "ministry" }):genealogy({ sources = sources }).edges, 0)
end

-- Two parts of the force add up to all of it; a part and what all of it was before do not, whichever stands first.
function TestGenealogy_a_sum_is_of_parts()
  local before = d "2031-04-27"
  local function edges(contingents)
    return #muster.table { row { figure = q { best = 4730 } },
      row { contingent = contingents[1], figure = q { best = 1310 }, as_of = before, reported = before },
      row { contingent = contingents[2], figure = q { best = 3420 }, as_of = before, reported = before } }:genealogy().edges
  end
  lu.assertEquals({ edges { "first", "second" }, edges { "all", "first" }, edges { "first", "all" } }, { 1, 0, 0 })
end

function TestGenealogy_a_rate_worked_out_from_a_total()
  local t = muster.table { row { figure = q { best = 3800 } } }
  local context = muster.table({
    { item_id = "one", date = d "2031-05-12", value = 92, unit = "losses_per_day", qualifier = "about", origin = "institute", via = "p" },
    { item_id = "two", date = d "2031-05-12", value = 92, unit = "losses_per_day", qualifier = "about", origin = "abroad", via = "q" },
    { item_id = "no", date = d "2031-05-12", value = 93.5, unit = "losses_per_day", qualifier = "about", origin = "paper", via = "q" } })
  local edges = t:genealogy({ sources = sources, context = context }).edges
  lu.assertEquals({ #edges, edges[1].child, edges[1].change, edges[2].child, edges[2].change },
    { 2, "one", "rate from a total", "two", "attribution swapped" })
  lu.assertStrContains(edges[1].sentence, "over 41 days")          -- 3,800 / 41 = 92.68, cut off; no whole n gives 93 to 94.5
end

function TestGenealogy_small_and_other_numbers_link_nothing()
  lu.assertNil(change({ figure = q { best = 2 } }, { origin = "paper", figure = q { best = 2 } }))
  lu.assertNil(change({}, { origin = "paper", figure = q { best = 4800 } }))
  lu.assertNil(change({}, { origin = "abroad", contingent = "engineers" }))
end

-- 4,000 has one digit that counts, 4,730 three; nearer in time and kept words say more; officials copy less than papers.
function TestGenealogy_strength()
  local function strength(x, days, qualifier, origin)
    local day = d "2031-05-01" + days
    local _, edge = change(figure("about", x), { origin = origin or "paper", as_of = day, reported = day,
      figure = q { qualifier = qualifier or "about", best = x } })
    return edge and edge.strength or 0
  end
  -- by hand: odds 0.6 / 0.4 x 2^(-9/90) x 7/3 / (1000 / (0.6 x 4000)) = 7.8372, so 0.8868
  lu.assertAlmostEquals(strength(4000, 9), 0.8868, 1e-4)
  lu.assertTrue(strength(4730, 9) > strength(4700, 9) and strength(4700, 9) > strength(4000, 9))
  lu.assertTrue(strength(4000, 9) > strength(4000, 90) and strength(4000, 90) > strength(4000, 300))
  lu.assertTrue(strength(4000, 9) > strength(4000, 9, "exact") and strength(4000, 9, "exact") > 0)
  lu.assertTrue(strength(4000, 9) > strength(4000, 9, "about", "abroad"))
end

-- == how many origins ===================================================================================

local function said(origin, reported, x)
  return row { origin = origin, via = origin, as_of = d(reported), reported = d(reported), figure = q { best = x } }
end

function TestGenealogy_voices_and_copies()
  local function independent(rows)
    return muster.genealogy.independent(muster.table(rows), sources)
  end
  lu.assertEquals(independent { said("ministry", "2031-05-01", 4730) }, 1)
  lu.assertEquals(independent { said("ministry", "2031-05-01", 4730), said("staff", "2031-05-03", 5120) }, 1)      -- related
  lu.assertEquals(independent { said("ministry", "2031-05-01", 4730), said("abroad", "2031-05-03", 5120) }, 2)
  local copy = independent { said("ministry", "2031-05-01", 4730), said("paper", "2031-05-03", 4730) }
  lu.assertTrue(copy > 1 and copy < 1.01, copy)
  -- what else the paper says is its own
  lu.assertTrue(independent { said("ministry", "2031-05-01", 4730), said("paper", "2031-05-03", 4730),
    said("paper", "2031-05-09", 6210) } == 2)
end

-- Its own copy once more is no evidence of its own: 1 - 0.99 x 0.99 at most.
function TestGenealogy_a_copy_repeated_stays_a_copy()
  local n = muster.genealogy.independent(muster.table { said("ministry", "2031-05-01", 4730), said("paper", "2031-05-03", 4730),
    said("paper", "2031-05-20", 4730) }, sources)
  lu.assertTrue(n > 1 and n < 1.03, n)
end

function TestGenealogy_fifty_copies_are_no_evidence()
  local rows = { said("ministry", "2031-05-01", 4730), said("abroad", "2031-05-03", 5120), said("institute", "2031-05-04", 6400) }
  local before = muster.genealogy.independent(muster.table(rows), sources)
  for i = 1, 50 do
    rows[#rows + 1] = row { via = "copy" .. i, as_of = d "2031-05-01", reported = d "2031-05-02" + i % 9, figure = q { best = 4730 } }
  end
  local after = muster.genealogy.independent(muster.table(rows), sources)
  lu.assertTrue(math.abs(after - before) < 0.01 * before, before .. " " .. after)
end

-- Fifty papers that print a number as their own find it with each other: the more there are, the less each adds.
function TestGenealogy_fifty_papers_are_little_evidence()
  local function independent(x)
    local rows, list = { said("ministry", "2031-05-01", x), said("abroad", "2031-05-03", 5120) }, {}
    for _, s in sources:rows() do
      list[#list + 1] = { source_id = s.source_id, kind = s.kind, country = s.country }
    end
    for i = 1, 50 do
      list[#list + 1] = { source_id = "paper" .. i, kind = "media", country = "CC" }
      rows[#rows + 1] = said("paper" .. i, tostring(d "2031-05-05" + i), x)
    end
    return muster.genealogy.independent(muster.table(rows), muster.table(list))
  end
  local rare, round = independent(4730), independent(4000)
  lu.assertTrue(rare > 2 and rare < 2.1 and round < 3, ("%.2f %.2f"):format(rare, round))
end

-- A number that claims of other measures print too is popular, and less of a sign.
function TestGenealogy_popular_numbers()
  local function strength(...)
    local _, edge = change(figure("about", 4730), { origin = "paper", figure = q { qualifier = "about", best = 4730 } }, ...)
    return edge.strength
  end
  local function missing(i, x)
    return row { origin = "o" .. i, measure = "missing", reported = d "2031-01-01", figure = q { best = x } }
  end
  lu.assertTrue(strength(missing(1, 4730), missing(2, 4730)) < strength(missing(1, 1110), missing(2, 1110)))
end

-- == the result =========================================================================================

function TestGenealogy_trees_have_roots_and_depths()
  local t = muster.table { row { claim_id = "c", via = "z", reported = d "2031-05-03", figure = q { best = 4700 } },
    row { claim_id = "a" }, row { claim_id = "b", origin = "paper", via = "paper", as_of = d "2031-05-05", reported = d "2031-05-05" } }
  local trees = t:genealogy({ sources = sources }).trees
  local roots, depths = trees:column "root":values(), trees:column "depth":values()
  lu.assertEquals({ roots[1], roots[2], roots[3] }, { "a", "a", "a" })
  lu.assertEquals({ depths[1], depths[2], depths[3] }, { 1, 0, 1 })
end

-- A figure that is said again every day hangs on the day before.
function TestGenealogy_a_long_chain()
  local rows = {}
  for i = 1, 300 do
    rows[i] = row { as_of = d "2031-05-01" + i, reported = d "2031-05-01" + i }
  end
  for i, tree in muster.table(rows):genealogy().trees:rows() do
    lu.assertEquals({ tree.root_row, tree.depth }, { 1, i - 1 })
  end
end

function TestGenealogy_reads_no_marks()
  local function edges(flags, id)
    local t = muster.table { row { claim_id = "1", flags = flags }, row { claim_id = id, via = "other", reported = d "2031-05-02", flags = flags } }
    return t:genealogy({ sources = sources }).edges[1].change
  end
  lu.assertEquals({ edges("mutated;stale;misattributed", "x-mutated"), edges("", "y") }, { "echo", "echo" })
end

function TestGenealogy_score()
  local s = muster.genealogy.score({ true, true, false, false }, { true, false, true, false })
  lu.assertEquals({ s.hits, s.extra, s.missed, s.precision, s.recall }, { 1, 1, 1, 0.5, 0.5 })
  lu.assertNil(muster.genealogy.score({ false }, { false }).precision)
end

function TestGenealogy_errors_name_what_is_missing()
  lu.fails("no column 'measure'; did you mean 'measures'", muster.genealogy.of,
    muster.table { { origin = "a", measures = "killed", basis = "stock" } })
  lu.fails("no column 'figure'", muster.genealogy.of, muster.table { { origin = "a", measure = "killed", basis = "stock" } })
  local t = muster.table { row {}, row { origin = "paper", reported = d "2031-05-09" } }
  local g = t:genealogy { sources = sources }
  lu.fails("expected the table of the genealogy", g.plot, g, t:take { 1 })
  local lone = muster.table { row {} }
  lu.fails("nothing to draw", muster.genealogy.plot, lone:genealogy(), lone)
  lu.assertEquals(tostring(g), g:text())
end

-- Rows with little in them, and rows of the same day in any order: no link, and no error.
function TestGenealogy_sparse_rows()
  local t = muster.table({
    { origin = "a", basis = "stock", figure = q { best = 5000 }, reported = d "2031-01-01" }, { measure = "killed", figure = q { best = 5000 } },
    { origin = "b", measure = "killed", reported = d "2031-01-03" },
    { origin = "b", measure = "killed", basis = "stock", figure = q { best = 2500 }, reported = d "2031-01-03", as_of = d "2031-01-02" },
    { origin = "b", measure = "killed", figure = q { qualifier = "at_least", best = 0 }, reported = d "2031-01-04" } },
    { "claim_id", "origin", "via", "measure", "basis", "contingent", "as_of", "reported", "figure" })
  local g = t:genealogy()
  lu.assertEquals({ g.rows, g.claims, #g.trees }, { 5, 4, 5 })
  lu.assertStrContains(g:text(), "5 rows hold 4 claims")
  lu.assertEquals(#t:take({}):genealogy().edges, 0)
end

-- Ten thousand claims over four years: seconds, since only rows with the same number meet.
function TestGenealogy_ten_thousand_claims()
  math.randomseed(3)
  local rows, measures, words = {}, { "killed", "wounded", "killed_or_wounded" }, { "about", "at_least", "exact" }
  for i = 1, 10000 do
    local day = d "2031-01-01" + math.random(0, 1500)
    rows[i] = row { origin = "o" .. math.random(60), via = "v" .. math.random(200), measure = measures[math.random(3)], as_of = day,
      reported = day, figure = q { qualifier = words[math.random(3)], best = math.random(99) * 10 ^ math.random(3) // 1 | 0 } }
  end
  local t, start = muster.table(rows), os.clock()
  local g = t:genealogy()
  lu.assertTrue(os.clock() - start < 30, os.clock() - start)
  lu.assertTrue(#g.edges > 1000)
end

-- A plan that its own maker says has come true is no misreading, though an outlet that prints the same is one.
function TestGenealogy_own_word()
  local function plan_and(via)
    local day = muster.date
    local function claim_by(by, measure, as_of, n)
      return { origin = "staff", via = by, measure = measure, basis = "cumulative", contingent = "all", as_of = day(as_of),
        reported = day(as_of), figure = q { qualifier = "about", best = n } }
    end
    local g = muster.table({ claim_by("staff", "planned", "2031-02-03", 8100), claim_by(via, "dispatched", "2031-02-05", 8100) }):genealogy()
    local edge = g.edges[1]
    return edge and edge.altered or false
  end
  lu.assertTrue(plan_and "gazette")
  lu.assertFalse(plan_and "staff")
end

os.exit(lu.run())
