-- The audit by hand: what is found in a few claims, and what must not be.
local lu = require "lu"
local q, d = muster.quantity, muster.date

local defaults = { origin = "a", measure = "killed", basis = "cumulative", contingent = "all", location = "here", credibility = 2 }

-- A claim: { "more_than", 3000 } or 3000 as the figure, the day, and what else differs from the defaults.
local function claim(figure, day, more)
  local row = {}
  for k, v in pairs(defaults) do
    row[k] = v
  end
  for k, v in pairs(more or {}) do
    row[k] = v
  end
  row.as_of = d(day)
  row.reported = row.reported or row.as_of
  if type(figure) == "table" then
    row.figure = figure[1] == "range" and q { qualifier = "range", low = figure[2], high = figure[3] }
      or q { qualifier = figure[1], best = figure[2] }
  elseif figure then
    row.figure = q { qualifier = "exact", best = figure }
  end
  return row
end

local function audit(rows, options)
  return muster.audit(nil, muster.table(rows), nil, options)
end

local function told(a)
  local out = {}
  for i, one in ipairs(a.conflicts) do
    out[i] = one.rule .. ": " .. one.verdict
  end
  table.sort(out)
  return out
end

function TestAudit_same_day()
  local a = audit { claim({ "more_than", 3000 }, "2024-12-23"), claim({ "about", 1100 }, "2024-12-23", { origin = "b" }) }
  lu.assertEquals(told(a), { "same: cannot both be true" })
  lu.assertStrContains(a.conflicts[1].sentence, "more than 3,000")
  lu.assertStrContains(a.conflicts[1].sentence, "23 December 2024")
  lu.assertEquals(#a.claims, 2)
end

function TestAudit_growth_needs_the_order_of_days()
  lu.assertEquals(told(audit { claim(600, "2025-04-30"), claim(1000, "2025-05-01", { origin = "b" }) }), {})
  lu.assertEquals(told(audit { claim(1003, "2025-04-30"), claim(605, "2025-05-01", { origin = "b" }) }), { "growth: cannot both be true" })
  -- only the month is known, and the other day lies in it
  lu.assertEquals(told(audit { claim(1003, "2025-05-31", { flags = "month_level" }), claim(605, "2025-05-15", { origin = "b" }) }), {})
end

function TestAudit_a_part_above_its_whole()
  local a = audit { claim(705, "2025-04-30"), claim(601, "2025-05-30", { measure = "killed_or_wounded", origin = "b" }) }
  lu.assertEquals(told(a), { "part: cannot both be true" })
  lu.assertEquals(told(audit { claim(705, "2025-04-30"), claim(601, "2025-05-30", { measure = "wounded" }) }), {})
end

function TestAudit_carriers()
  local a = audit {
    claim({ "nearly", 11000 }, "2024-11-20", { via = "x" }), claim({ "more_than", 11000 }, "2024-11-20", { via = "y" }),
    claim({ "about", 10900 }, "2024-11-20", { via = "z" }),
  }
  lu.assertEquals(told(a), { "carriers: cannot both be true" })
  for _, text in ipairs { "nearly 11,000", "more than 11,000", "about 10,900" } do
    lu.assertStrContains(a.conflicts[1].sentence, text)
  end
end

function TestAudit_joint_and_verbal_claims_are_left_out()
  local a = audit { claim(900, "2025-04-30", { flags = "combined" }), claim(601, "2025-05-30", { origin = "b" }), claim(nil, "2025-05-30", { origin = "c", flags = "verbal" }) }
  lu.assertEquals({ #a.claims, #a.left_out, #a.conflicts }, { 1, 2, 0 })
end

-- Rows in the layout of a kind that were never made one of it.
function TestAudit_plain_table()
  local t = muster.table { { origin = "a", measure = "dispatched", basis = "cumulative", as_of = muster.date "2031-01-01", qualifier = "about", low = 1 } }
  lu.assertErrorMsgContains("no column 'figure'; muster.deployments(t) makes a table with figures of this one", muster.audit, t)
  local empty = muster.audit(muster.table { { origin = "a", measure = "killed", basis = "cumulative", as_of = muster.date "2031-01-01",
    figure = muster.quantity { best = 3 } } })
  lu.assertErrorMsgContains("an audit has no method", function() return empty.conflictz end)
end

os.exit(lu.run())
