-- One carrier for each claim, and who stands behind a number.
local lu = require "lu"
local q, d = muster.quantity, muster.date

local function row(origin, credibility, reported, figure, more)
  local r = {
    origin = origin, measure = "killed", basis = "cumulative", contingent = "all", as_of = d "2025-04-30",
    credibility = credibility, reported = reported and d(reported), figure = figure,
  }
  for k, v in pairs(more or {}) do
    r[k] = v
  end
  return r
end

function TestEvidence_carrier_by_the_rule()
  local about, least = q { qualifier = "about", best = 600 }, q { qualifier = "at_least", best = 600 }
  local t = muster.evidence.claims(muster.table {
    row("a", 3, "2025-04-29", least), row("a", 2, "2025-05-02", about), row("a", 2, "2025-05-01", about, { note = "chosen" }),
    row("b", 2, "2025-05-01", about, { note = "first in the file" }), row("b", 2, "2025-05-01", about),
  })
  lu.assertEquals(#t, 2)
  lu.assertEquals({ t[1].note, t[1].carriers, t[1].altered }, { "chosen", 3, true })
  lu.assertEquals({ t[2].note, t[2].carriers, t[2].altered }, { "first in the file", 2, false })
end

function TestEvidence_parts_of_the_key()
  local base = row("a", 2, "2025-05-01", q { best = 600 })
  local rows = { base }
  for key, value in pairs { origin = "b", measure = "wounded", basis = "increment", contingent = "engineers" } do
    rows[#rows + 1] = row("a", 2, "2025-05-01", q { best = 600 }, { [key] = value })
  end
  rows[#rows + 1] = row("a", 2, "2025-05-01", q { best = 600 }, { as_of = d "2025-05-01" })
  rows[#rows + 1] = row("a", 2, "2025-06-01", q { best = 600 }, { url = "another page", note = "another note" })
  local t = muster.evidence.claims(muster.table(rows))
  lu.assertEquals({ #t, t[1].carriers }, { 6, 2 })
end

function TestEvidence_altered_shares()
  local f = q { qualifier = "about", best = 4000 }
  local function altered(a, b)
    return muster.evidence.claims(muster.table { row("a", 2, "2025-05-01", f, { share = a }), row("a", 2, "2025-05-01", f, { share = b }) })[1].altered
  end
  lu.assertEquals({ altered(0.40, 0.36), altered(0.40, nil), altered(0.40, 0.40) }, { true, false, false })
end

function TestEvidence_combined_is_left_out()
  local t = muster.table { row("a", 2, "2025-05-01", q { best = 200 }, { flags = "verbal;combined" }), row("b", 2, "2025-05-01", q { best = 9 }) }
  lu.assertEquals(#muster.evidence.claims(t), 1)
  lu.assertEquals(#muster.evidence.claims(t, { combined = true }), 2)
  -- the flag, not a word that holds it
  lu.assertFalse(muster.evidence.has_flag({ flags = "uncombined;verbal" }, "combined"))
end

-- A carrier that dropped "with Russian units" does not make a joint figure ours: the better graded carrier decides.
function TestEvidence_a_joint_figure_stays_joint()
  local t = muster.table { row("a", 4, "2025-05-01", q { best = 200 }, { flags = "combined" }), row("a", 5, "2025-05-02", q { best = 200 }, { flags = "mutated" }) }
  lu.assertEquals(#muster.evidence.claims(t), 0)
end

-- The marks of whoever compiled the table are not read: what a row is a retelling of is found by its content.
function TestEvidence_retold_is_found_and_not_read()
  local function killed(figure, reported, more)
    return row("b", 2, reported, figure, more)
  end
  local planned = killed(q { qualifier = "about", best = 4500 }, "2025-05-01", { measure = "planned" })
  local sent = killed(q { qualifier = "about", best = 4500 }, "2025-05-03", { measure = "dispatched" })
  local t = muster.table { row("a", 4, "2025-05-01", q { best = 200 }, { flags = "stale;mutated;misattributed" }), planned, sent }
  local all = muster.evidence.claims(t)
  lu.assertEquals({ #all, all[1].retold, all[2].retold, all[3].retold }, { 3, false, false, true })
  lu.assertEquals(#muster.evidence.claims(t, { retold = false }), 2)
end

function TestEvidence_known_by()
  local t = muster.table { row("a", 2, "2025-05-01", q { best = 200 }), row("b", 2, "2025-06-01", q { best = 9 }), row("c", 2, nil, q { best = 1 }) }
  lu.assertEquals(#muster.evidence.claims(t, { known_by = "2025-05-31" }), 1)
end

function TestEvidence_month_level_is_any_day_of_the_month()
  local t = muster.table { { as_of = d "2025-01-31", flags = "month_level" }, { as_of = d "2025-01-31", flags = "stale" }, { flags = "verbal" } }
  lu.assertEquals(#muster.evidence.on(t, "2025-01-10", "2025-01-12"), 1)
  lu.assertEquals(#muster.evidence.on(t, "2025-01-31"), 2)
  lu.assertEquals(#muster.evidence.on(t, nil, "2025-01-01"), 1)
  lu.assertEquals(#muster.evidence.on(t, "2025-02-01"), 0)
end

local sources = muster.table {
  { source_id = "spies", kind = "government", country = "KR" }, { source_id = "chiefs", kind = "military", country = "KR" },
  { source_id = "unnamed", kind = "unnamed_officials", country = "KR" }, { source_id = "west", kind = "unnamed_officials", country = "INT" },
  { source_id = "paper", kind = "media", country = "KR" },
}

function TestEvidence_officials_of_one_country_are_one_voice()
  local rows = {}
  for _, s in sources:rows() do
    rows[#rows + 1] = { origin = s.source_id, carriers = 2 }
  end
  local o = muster.evidence.origins(muster.table(rows), sources)
  lu.assertEquals({ #o.list, o.independent, o.claims, o.rows }, { 5, 3, 5, 10 })
  lu.assertEquals(o.list, { "chiefs", "paper", "spies", "unnamed", "west" })
  lu.assertEquals(muster.evidence.cite(muster.table(rows), sources),
    "5 claims in 10 rows, 5 origins; 3 independent: chiefs, paper, spies, unnamed, west")
end

function TestEvidence_every_printed_share_once()
  local f = q { qualifier = "about", best = 4000 }
  local function share(via, value, of, credibility, figure)
    return row("a", credibility, "2025-05-01", figure or f, { via = via, share = value, share_of = of })
  end
  local t = muster.evidence.shares(muster.table { share("p", 0.40, "deployed", 3), share("q", 0.40, "deployed", 2), share("r", 0.36, "deployed", 3),
    share("s", 0.36, "initial_deployment", 3), share("t", 0.99, "deployed", 5, q { best = 9300 }), share("u", nil, nil, 1) })
  local via = t:column "via":values()
  lu.assertEquals({ #t, via[1], via[2], via[3] }, { 3, "q", "r", "s" })
end

-- Three voices said it; one of them prints another's number nine days later: less than three, more than two.
function TestEvidence_copies_across_origins_count_in_part()
  local function said(origin, reported, best)
    return row(origin, 2, reported, q { qualifier = "about", best = best }, { as_of = d(reported) })
  end
  local t = muster.table { said("spies", "2025-05-01", 4700), said("west", "2025-05-02", 5200), said("paper", "2025-05-10", 4700) }
  local o = muster.evidence.origins(t, sources)
  lu.assertEquals(o.independent, 3)
  lu.assertTrue(o.effective > 2 and o.effective < 2.2, o.effective)
  lu.assertEquals(muster.evidence.cite(t, sources), "3 claims in 3 rows, 3 origins; 3 voices, "
    .. ("%.1f effectively independent: paper, spies, west"):format(o.effective))
end

function TestEvidence_refuses_other_tables()
  lu.fails("no column 'figure'", muster.evidence.claims, muster.table { { origin = "a", measure = "killed", basis = "stock" } })
end

-- The codebook says how many distinct claims the rows of the worked case hold, and how circular reporting fell.
function TestEvidence_of_the_worked_case()
  local data = muster.dataset "dprk"
  local all = { combined = true }
  lu.assertEquals(#muster.evidence.claims(data.deployments, all), 79)
  lu.assertEquals(#muster.evidence.claims(data.casualties, all), 63)
  local rows = 0
  for _, claim in muster.evidence.claims(data.casualties, all):rows() do
    rows = rows + claim.carriers
  end
  lu.assertEquals(rows, 101)
end

os.exit(lu.run())
