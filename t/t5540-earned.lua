-- Grades from the record: sources are made with a known bias and a known habit, and the record has to find both.
--
-- The streams are the ones of Table:sample, so every run has the same numbers; the seeds are fixed.
local lu = require "lu"
local random = require "muster.base.random"
local q, d, stats = muster.quantity, muster.date, muster.stats
local earned = muster.grades.earned

local function normal(stream)
  local u
  repeat
    u = stream()
  until u > 0
  return stats.normal_quantile(u)
end

local DAY = d "2025-01-01"

-- A truth for each day, different in size.
local function truths(days)
  local rows = {}
  for k = 1, days do
    rows[k] = { measure = "killed", basis = "stock", contingent = "all", as_of = DAY + k, figure = q { best = 500 + 137 * k } }
  end
  return rows
end

local function claim(origin, k, figure)
  return { origin = origin, measure = "killed", basis = "stock", contingent = "all", as_of = DAY + k, reported = DAY + k, figure = figure }
end

local function whole(v)
  return math.floor(v + 0.5)
end

-- == the bias factor ===================================================================================

-- 2,000 sources, as many for each factor, each with `n` claims: how often is the factor within the limits?
local function coverage(n, state, truth, options, sources)
  local factors, rows, want = { 0.5, 1, 1.6, 3 }, {}, {}
  local stream = random.stream(7)
  for s = 1, sources or 2000 do
    local factor = factors[s % 4 + 1]
    local name = ("s%04d"):format(s)
    want[name] = factor
    for k = 1, n do
      local value = (500 + 137 * k) * factor * math.exp(0.25 * normal(stream))
      rows[#rows + 1] = claim(name, k, state(value, stream))
    end
  end
  options = options or {}
  options.truth = muster.table(truth)
  local inside, limits, fewer = 0, 0, 0
  for _, row in earned(muster.table(rows), options).grades:rows() do
    if row.bias_low then            -- one middle alone has no limits
      limits = limits + 1
      inside = inside + (row.bias_low <= want[row.origin] and want[row.origin] <= row.bias_high and 1 or 0)
    end
    fewer = fewer + (row.stated < n and 1 or 0)
  end
  return inside / limits, limits, fewer
end

local function exactly(v)
  return q { best = whole(v) }
end

function TestEarned_bias_lies_within_the_limits_as_often_as_they_say()
  for _, n in ipairs { 3, 6 } do
    local share = coverage(n, exactly, truths(n))
    lu.assertTrue(share >= 0.88 and share <= 0.92, ("%d claims: %.3f"):format(n, share))
  end
end

-- Half of what is stated is a range, or rounded; the middle is still what is stated on average.
function TestEarned_bias_of_ranges_and_round_numbers()
  local share = coverage(6, function(v, stream)
    local kind = stream(3)
    if kind == 1 then
      return q { qualifier = "range", low = whole(v / 1.2), high = whole(v * 1.2) }
    elseif kind == 2 then
      return q { qualifier = "about", best = whole(v / 100) * 100 + (v < 50 and 100 or 0) }
    end
    return exactly(v)
  end, truths(6))
  lu.assertTrue(share >= 0.88 and share <= 0.92, ("%.3f"):format(share))
end

-- "More than" says nothing about a middle: a source that says it half of the time has the bias of its other claims.
function TestEarned_bias_is_not_read_from_one_sided_claims()
  local share, limits, fewer = coverage(8, function(v, stream)
    return stream(2) == 1 and q { qualifier = "more_than", best = whole(v * 0.6) } or exactly(v)
  end, truths(8), { least = 1 })
  lu.assertTrue(fewer > 1900 and limits > 1850)
  lu.assertTrue(share >= 0.88 and share <= 0.92, ("%.3f of %d"):format(share, limits))
end

-- Later knowledge that is itself wide makes limits that hold at least as often.
function TestEarned_wide_later_knowledge_widens()
  local rows = truths(6)
  for k, row in ipairs(rows) do
    local truth = 500 + 137 * k
    row.figure = q { qualifier = "range", low = whole(truth / 1.2), high = whole(truth * 1.1) }
  end
  lu.assertTrue(coverage(6, exactly, rows, nil, 400) >= 0.9)
end

-- == habits and letters ================================================================================

-- `n` claims of each source as `state(k, truth, stream)`; gives the rows of its grades by origin.
local function graded(sources, n, options)
  local rows, stream = {}, random.stream(11)
  for name, state in pairs(sources) do
    for k = 1, n do
      rows[#rows + 1] = claim(name, k, state(k, 500 + 137 * k, stream))
    end
  end
  options = options or {}
  options.truth = options.truth or muster.table(truths(n))
  local e, out = earned(muster.table(rows), options), {}
  for _, row in e.grades:rows() do
    out[row.origin] = row
  end
  return out, e
end

function TestEarned_a_one_sided_habit_is_no_error()
  local got = graded({
    careful = function(_, truth) return q { qualifier = "more_than", best = whole(truth * 0.8) } end,
    ceiling = function(_, truth) return q { qualifier = "up_to", best = whole(truth * 1.3) } end,
    plain = function(_, truth) return q { qualifier = "about", best = whole(truth) } end,
    boastful = function(_, truth) return q { qualifier = "more_than", best = whole(truth * 1.5) } end,
  }, 20)
  lu.assertEquals({ got.careful.earned, got.ceiling.earned, got.plain.earned, got.boastful.earned }, { "A", "A", "A", "E" })
  lu.assertEquals({ got.careful.held, got.careful.one_sided, got.careful.stated }, { 20, 20, 0 })
  lu.assertNil(got.careful.bias)
  -- and no score of the end that nobody stated: 0.1 log(1 / 0.8) a claim, less than a fifth of what a factor of 1.5 too high costs
  lu.assertAlmostEquals(got.careful.score, 0.1 * math.log(1 / 0.8), 2e-3)
  lu.assertTrue(got.boastful.score > 0.7)
end

function TestEarned_letters_by_the_share_that_held()
  -- by the scale of MISP a share is the nearest of 1, 0.75, 0.5, 0.25, 0
  for letter, right in pairs { A = 40, B = 30, C = 20, D = 10, E = 0 } do
    local got = graded({ s = function(k, truth) return q { best = k <= right and whole(truth) or whole(truth * 3) } end }, 40)
    lu.assertEquals(got.s.earned, letter)
    lu.assertEquals(got.s.held, right)
    local low, high = stats.binomial_limits(right, 40, 0.9)
    lu.assertAlmostEquals(got.s.share_low, low, 1e-12)
    lu.assertAlmostEquals(got.s.share_high, high, 1e-12)
  end
end

function TestEarned_thin_records_cannot_be_judged()
  local right = { s = function(_, truth) return q { best = whole(truth) } end }
  local got = graded(right, 4)
  lu.assertEquals({ got.s.earned, got.s.held, got.s.why }, { "F", 4, "4 of 4 claims can be scored, fewer than 5" })
  lu.assertEquals(graded(right, 5).s.earned, "A")
  -- 2 of 5: the 90 % limits of the share are 0.08 and 0.81, which is B to E
  local function two(k, truth) return q { best = k <= 2 and whole(truth) or 3 * truth } end
  got = graded({ s = two }, 5)
  lu.assertEquals({ got.s.earned, got.s.best, got.s.worst, got.s.why }, { "F", "B", "E", "the record allows B to E" })
  lu.assertEquals(graded({ s = two }, 5, { span = 4 }).s.earned, "C")
end

-- Later knowledge with one open end could only refute: it scores nothing, and what it excludes is counted apart.
function TestEarned_open_knowledge_scores_nothing()
  local rows = truths(8)
  for k, row in ipairs(rows) do
    row.figure = q { qualifier = "at_least", best = 500 + 137 * k }
  end
  local got = graded({
    low = function(_, truth) return q { best = whole(truth / 3) } end,
    right = function(_, truth) return q { best = whole(truth) } end,
  }, 8, { truth = muster.table(rows) })
  lu.assertEquals({ got.low.scored, got.low.refuted, got.low.earned }, { 0, 8, "F" })
  lu.assertEquals({ got.right.scored, got.right.refuted, got.right.earned }, { 0, 0, "F" })
end

-- Who believes a spread gets the best expected score by stating it: too wide and too narrow both cost.
function TestEarned_the_score_is_proper()
  local stream, outcomes = random.stream(3), {}
  for i = 1, 4000 do
    outcomes[i] = math.exp(math.log(3000) + 0.3 * normal(stream))
  end
  local best, at
  for i = -8, 8 do
    local half = 0.3 * stats.normal_quantile(0.95) * 1.15 ^ i
    local total = 0
    for _, y in ipairs(outcomes) do
      total = total + muster.scores.figure({ low = 3000 * math.exp(-half), high = 3000 * math.exp(half) }, y, { scale = "log" })
    end
    if not best or total < best then
      best, at = total, i
    end
  end
  lu.assertTrue(math.abs(at) <= 1, tostring(at))
end

-- == later knowledge ===================================================================================

local sources = muster.table({
  { source_id = "spies", kind = "government", country = "KR", reliability = "B" },
  { source_id = "chiefs", kind = "military", country = "KR", reliability = "B" },
  { source_id = "staff", kind = "military", country = "UA", reliability = "C" },
  { source_id = "paper", kind = "media", country = "GB", reliability = "B" },
}, { "source_id", "kind", "country", "reliability" })

local function said(origin, reported, as_of, figure, more)
  local r = { origin = origin, measure = "killed", basis = "cumulative", contingent = "all", reported = d(reported), as_of = d(as_of),
    figure = q(figure), credibility = 2 }
  for k, v in pairs(more or {}) do
    r[k] = v
  end
  return r
end

--  what the others say, later_low, later_high, verdict of 'spies' saying 300 killed by 13 January on 14 January
local later = {
  { {}, nil, nil, "unknown" },
  { { said("staff", "2025-03-01", "2025-01-13", { best = 310 }) }, 310, 310, "held" },
  { { said("staff", "2025-03-01", "2025-01-13", { best = 480 }) }, 480, 480, "failed" },
  { { said("staff", "2025-01-20", "2025-01-13", { best = 480 }) }, nil, nil, "unknown" },                 -- not later enough
  { { said("chiefs", "2025-03-01", "2025-01-13", { best = 480 }) }, nil, nil, "unknown" },                -- the same voice
  { { said("staff", "2025-03-01", "2025-01-13", { best = 480 }, { credibility = 4 }) }, nil, nil, "unknown" },
  { { said("staff", "2025-03-01", "2025-01-13", { best = 480 }, { measure = "wounded" }) }, nil, nil, "unknown" },
  { { said("staff", "2025-03-01", "2025-01-13", { best = 480 }, { contingent = "officers" }) }, nil, nil, "unknown" },
  { { said("staff", "2025-03-01", "2025-01-13", { best = 480 }, { flags = "combined" }) }, nil, nil, "unknown" },
  -- a total never falls: of earlier days it bounds from below, of later ones from above
  { { said("staff", "2025-03-01", "2025-01-05", { best = 290 }), said("paper", "2025-03-01", "2025-01-20", { best = 340 }) }, 290, 340, "held" },
  { { said("staff", "2025-03-01", "2025-02-20", { best = 200 }) }, 0, 200, "refuted" },
  { { said("staff", "2025-03-01", "2025-02-20", { best = 900 }) }, 0, 900, "open" },
  { { said("staff", "2025-03-01", "2025-01-05", { best = 290 }, { basis = "stock" }) }, nil, nil, "unknown" },
  -- two that exclude each other: all that one of them allows
  { { said("staff", "2025-03-01", "2025-01-13", { best = 280 }), said("paper", "2025-03-01", "2025-01-13", { best = 350 }) }, 280, 350, "held" },
  { { said("staff", "2025-03-01", "2025-01-13", { best = 200 }), said("paper", "2025-03-01", "2025-01-13", { best = 900 }) }, 200, 900, "open" },
  -- a month counts as any of its days
  { { said("staff", "2025-03-15", "2025-01-31", { best = 310 }, { flags = "month_level" }) }, 310, 310, "held" },
  { { said("staff", "2025-03-01", "2025-01-13", { qualifier = "range", low = 300, high = 500 }) }, 300, 500, "undecided" },
}

function TestEarned_what_was_known_later()
  for i, case in ipairs(later) do
    local rows = { said("spies", "2025-01-14", "2025-01-13", { best = 300 }) }
    table.move(case[1], 1, #case[1], 2, rows)
    local row = earned(muster.table(rows), { sources = sources }).claims[1]
    lu.assertEquals({ row.later_low, row.later_high }, { case[2], case[3] }, "case " .. i)
    lu.assertEquals(row.verdict, case[4], "case " .. i)
  end
end

function TestEarned_a_plan_may_be_lowered()
  local plan = { measure = "planned" }
  local t = muster.table { said("spies", "2025-01-14", "2025-01-13", { best = 300 }, plan), said("staff", "2025-03-01", "2025-02-20", { best = 200 }, plan) }
  lu.assertEquals(earned(t, { sources = sources }).claims[1].verdict, "unknown")
end

function TestEarned_own_revisions_apart()
  local t = muster.table { said("spies", "2025-01-14", "2025-01-13", { best = 900 }), said("spies", "2025-04-01", "2025-03-30", { best = 600 }),
    said("spies", "2025-05-01", "2025-04-30", { best = 700 }) }
  local e = earned(t, { sources = sources })
  lu.assertEquals({ e.claims[1].own, e.claims[1].own_high, e.claims[1].verdict }, { "contradicted", 600, "unknown" })
  lu.assertEquals({ e.grades[1].own_contradicted, e.grades[1].scored }, { 1, 0 })
end

function TestEarned_days_near_enough()
  local t = muster.table { said("spies", "2025-01-14", "2025-01-13", { best = 300 }, { basis = "stock" }),
    said("staff", "2025-03-01", "2025-01-15", { best = 310 }, { basis = "stock" }) }
  lu.assertEquals(earned(t, { sources = sources }).claims[1].verdict, "unknown")
  lu.assertEquals(earned(t, { sources = sources, days = 2 }).claims[1].verdict, "held")
end

function TestEarned_by_measure_and_period()
  local rows = {}
  for k = 1, 4 do
    rows[#rows + 1] = said("spies", k < 3 and "2024-12-14" or "2025-01-14", "2024-12-0" .. k, { best = 100 * k }, { measure = k % 2 == 0 and "killed" or "wounded" })
  end
  local parts = {}
  for _, row in earned(muster.table(rows), { by = { "measure", "year" } }).grades:rows() do
    parts[#parts + 1] = row.part
  end
  lu.assertEquals(parts, { "killed 2024", "killed 2025", "wounded 2024", "wounded 2025" })
  lu.assertEquals(earned(muster.table(rows), { by = "quarter" }).grades[1].part, "2024-Q4")
end

-- == overruling ========================================================================================

function TestEarned_overruling_is_scored()
  local rows = {}
  for k = 1, 10 do          -- 9 of 10 hold
    rows[k] = claim("staff", k, q { best = k < 10 and 500 + 137 * k or 9000 })
  end
  local e = earned(muster.table(rows), { truth = muster.table(truths(10)), sources = sources, overrule = { staff = "D" } })
  lu.assertEquals({ e.grades[1].earned, e.grades[1].grade, e.grades[1].given }, { "A", "D", "C" })
  lu.assertEquals({ e.rulings[1].by, e.rulings[1].letter, e.rulings[2].by, e.rulings[2].letter }, { "sources", "C", "analyst", "D" })
  -- C says 50 %, D 25 % that a claim holds; the record foretells each claim from the others, half a claim towards even
  lu.assertAlmostEquals(e.rulings[1].log_score, math.log(2), 1e-12)
  lu.assertAlmostEquals(e.rulings[2].log_score, -(9 * math.log(0.25) + math.log(0.75)) / 10, 1e-12)
  lu.assertAlmostEquals(e.rulings[2].record_score, -(9 * math.log(8.5 / 10) + math.log(0.5 / 10)) / 10, 1e-12)
  lu.assertEquals(e.rulings[2].verdict, "the record says A to C")
  lu.fails("no origin 'staf'; did you mean 'staff'?", earned, muster.table(rows), { overrule = { staf = "B" } })
  lu.fails("expected the letter of a source", earned, muster.table(rows), { overrule = { staff = "X" } })
end

function TestEarned_messages()
  local t = muster.table { claim("a", 1, q { best = 5 }) }
  lu.fails("no 'months'; did you mean 'month'?", earned, t, { by = "months" })
  lu.fails("the scale 'stix' has no letters", earned, t, { scale = "stix" })
  lu.fails("option 'level' is between 0 and 1, found 90", earned, t, { level = 90 })
  lu.assertStrContains(earned(t).text, "every origin counts as a voice of its own")
  lu.fails("option 'vague' is a factor from 1 on", earned, t, { vague = 0.5 })
  lu.fails("no column 'reported'", earned, t:select("origin", "measure", "basis", "as_of", "figure"))
  lu.fails("row 1 has no figure", earned, t, { truth = muster.table({ { measure = "killed", as_of = DAY } }, { "measure", "as_of", "figure" }) })
end

-- What is printed names letters and limits, and an overruling only where there is one.
function TestEarned_as_text()
  local rows = {}
  for k = 1, 6 do
    rows[#rows + 1] = claim("staff", k, q { best = 500 + 137 * k })
    rows[#rows + 1] = claim("paper", k, q { best = 3 * (500 + 137 * k) })
  end
  local text = tostring(earned(muster.table(rows), { truth = muster.table(truths(6)), sources = sources, overrule = { paper = "D" } }))
  lu.assertStrMatches(text:match "staff[^\n]+", "staff +6 +6 +0 +0 +0  1.00 %(1%)  +A %(A to C%)  C *")
  lu.assertStrMatches(text:match "paper[^\n]+", "paper +6 +0 +6 +0 +0  3.00 %(3%)  +E %(C to E%)  B, overruled: D *")
end

function TestEarned_plot_leaves_out_what_says_nothing()
  local rows = {}
  for k = 1, 6 do
    rows[#rows + 1] = claim("staff", k, q { best = (500 + 137 * k) * (k % 2 == 0 and 1.1 or 1) // 1 })
    rows[#rows + 1] = claim("paper", k, q { qualifier = "more_than", best = 500 + 137 * k })
  end
  for k = 1, 2 do
    rows[#rows + 1] = claim("chiefs", k, q { best = k == 1 and 50 or 5000 })
  end
  local script = earned(muster.table(rows), { truth = muster.table(truths(6)), sources = sources }):plot():script "svg"
  lu.assertStrContains(script, "Origins not shown: 1 without two figures that state a middle, 1 with limits wider than a factor of 100.")
  lu.fails("expected what muster.grades.earned gives", muster.grades.plot, {})
end

-- == the worked case ===================================================================================

-- Few of its claims can be held against anybody's later knowledge: no origin has a record. Which ones is read from the files
-- by hand: later NIS figures for the dead of April 2025 (about 600) lie below what two others said of January and February.
function TestEarned_of_the_worked_case()
  local data = muster.dataset "dprk"
  local e = earned(data.casualties)
  local refuted = {}
  for _, row in e.claims:rows() do
    if row.verdict == "refuted" and row.measure == "killed" then
      refuted[row.origin] = row.figure.stated
    end
  end
  lu.assertEquals(refuted, { ukr_president = 4000, western_officials = 1000, csis_jones = 1000 })
  for _, row in e.grades:rows() do
    lu.assertEquals(row.earned, "F")
  end
  lu.assertStrContains(e.text, "can be held against what other voices said 30 days later or more; 0 of ")
  lu.fails("no origin has two figures with a middle", e.plot, e)
end

os.exit(lu.run())
