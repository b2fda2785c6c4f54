-- Carriers of one claim are one row, with the chain of who carried it.
local lu = require "lu"
local q, d = muster.quantity, muster.date

local function row(via, reported, figure, more)
  local r = { origin = "ministry", via = via, measure = "killed", basis = "cumulative", contingent = "all", as_of = d "2031-05-01",
    reported = reported and d(reported), figure = figure }
  for name, value in pairs(more or {}) do
    r[name] = value
  end
  return r
end

function TestEvidence_chain_in_order_of_reported()
  local about, least = q { qualifier = "about", best = 600 }, q { qualifier = "at_least", best = 600 }
  local t = muster.table { row("late", "2031-05-04", about), row("first", "2031-05-01", about), row("undated", nil, about),
    row("second", "2031-05-02", least), row("first", "2031-05-03", about) }
  local e = t:evidence()
  lu.assertEquals({ #e, e[1].carriers, e[1].chain, e[1].first_carrier }, { 1, 5, "first > second > late > undated", "first" })
  lu.assertEquals({ e[1].altered, e[1].figures }, { true, "about 600: late, first, undated, first; >= 600: second" })
end

function TestEvidence_no_figures_where_none_differ()
  local e = muster.table({ row("a", "2031-05-01", q { best = 600 }), row("b", "2031-05-01", q { best = 600 }) }):evidence()
  lu.assertEquals({ e[1].altered, e[1].figures, e[1].retold }, { false, nil, false })
end

function TestEvidence_shares_are_compared_among_all()
  local f = q { qualifier = "about", best = 4000 }
  local e = muster.table({ row("a", "2031-05-01", f), row("b", "2031-05-01", f, { share = 0.4 }), row("c", "2031-05-01", f,
    { share = 0.36 }) }):evidence()
  lu.assertEquals(e[1].altered, true)
  lu.assertEquals(e[1].figures, "about 4,000: a; about 4,000 (40 %): b; about 4,000 (36 %): c")
end

function TestEvidence_five_columns_make_the_key()
  local rows = { row("a", "2031-05-01", q { best = 600 }) }
  for name, value in pairs { origin = "staff", measure = "wounded", as_of = d "2031-05-02", basis = "stock", contingent = "engineers" } do
    rows[#rows + 1] = row("a", "2031-05-01", q { best = 600 }, { [name] = value })
  end
  lu.assertEquals(#muster.table(rows):evidence(), 6)
end

-- A plain table has no column figure: its numbers and words make one.
function TestEvidence_of_a_plain_table()
  local t = muster.table({
    { origin = "x", via = "p", measure = "killed", basis = "stock", best = 500, qualifier = "about" },
    { origin = "x", via = "r", measure = "killed", basis = "stock", best = 500, qualifier = "about" },
    { origin = "x", via = "s", measure = "killed", basis = "stock", low = 500, high = 900, qualifier = "range" } })
  local e = t:evidence()
  lu.assertEquals({ #e, e[1].carriers, e[1].figures }, { 1, 3, "about 500: p, r; 500-900: s" })
  lu.assertEquals(t:genealogy().edges[2].change, "end added")
end

function TestEvidence_known_by_keeps_what_was_out()
  local t = muster.table { row("a", "2031-05-01", q { best = 600 }), row("b", "2031-06-01", q { best = 600 }) }
  lu.assertEquals(t:evidence({ known_by = "2031-05-20" })[1].chain, "a")
end

function TestEvidence_of_a_kind()
  local data = muster.dataset "dprk"
  local e, rows = data.casualties:evidence(), 0
  for _, claim in e:rows() do
    rows = rows + claim.carriers
  end
  lu.assertEquals({ #e, rows }, { 63, 101 })          -- as the codebook's rule gives, counted by hand
end

function TestEvidence_says_what_it_needs()
  lu.fails("no column 'basis'", function() return muster.table({ { origin = "a", measure = "killed", figure = q { best = 1 } } }):evidence() end)
  lu.fails("no column 'figure'", function() return muster.table({ { origin = "a", measure = "killed", basis = "stock" } }):evidence() end)
end

os.exit(lu.run())
