-- Crosswalks: a share with bounds and a source between a measure and a part of it. Bounds by hand.
local lu = require "lu"
local q = muster.quantity
local function walk(change)
  local of = { from = "killed_or_wounded", to = "killed", low = 0.1, high = 0.4, source = "a survey" }
  for name, value in pairs(change or {}) do
    of[name] = value
  end
  return muster.crosswalk(of)
end

function TestCrosswalk_both_ways()
  local cw = walk()
  local killed = cw:apply(q { best = 3000, measure = "killed_or_wounded", basis = "cumulative", as_of = "2025-01-13" })
  lu.assertEquals({ killed.low, killed.high, killed.measure, killed.basis, killed.base, tostring(killed.as_of) },
    { 300, 1200, "killed", "cumulative", nil, "2025-01-13" })
  local all = cw:apply(q { best = 300, measure = "killed", basis = "cumulative" })
  lu.assertEquals({ all.low, all.high, all.measure, all.basis }, { 750, 3000, "killed_or_wounded", "cumulative" })
  local open = cw:apply(q { qualifier = "more_than", best = 999, measure = "killed_or_wounded" })
  lu.assertEquals({ open.low, open.high }, { 100, math.huge })
  -- the spread of both is in the result
  local wide = cw:apply(q { qualifier = "range", low = 1000, high = 2000, measure = "killed_or_wounded" })
  lu.assertEquals({ wide.low, wide.high }, { 100, 800 })
  lu.assertTrue(wide.high / wide.low > 2000 / 1000)
  -- there and back is no narrower than before
  local back = cw:apply(wide)
  lu.assertTrue(back.low <= 1000 and back.high >= 2000)
end

function TestCrosswalk_in_expressions()
  local t = muster.table { { f = q { best = 3000, measure = "killed_or_wounded", basis = "cumulative" } } }
  local d = t:derive("killed = f * $cw", "again = killed / $cw", "m = measure(killed)", { cw = walk() })
  lu.assertEquals({ d[1].killed.low, d[1].killed.high, d[1].m, d[1].again.low, d[1].again.high, d[1].again.measure },
    { 300, 1200, "killed", 750, 12000, "killed_or_wounded" })
  local wrong = muster.table { { f = q { best = 3, measure = "wounded", basis = "cumulative" } } }
  lu.assertErrorMsgContains("neither is a share of the other; the share is one of killed_or_wounded", function()
    return #wrong:derive("x = f * $cw", { cw = walk() })
  end)
end

function TestCrosswalk_says_what_it_is()
  lu.assertEquals(tostring(walk()), "killed are 10-40 % of killed_or_wounded (a survey)")
  local of = walk()
  lu.assertEquals({ of.from, of.to, of.low, of.high, of.source, of.share.base }, { "killed_or_wounded", "killed", 0.1, 0.4, "a survey", "killed_or_wounded" })
  local bare = muster.crosswalk { from = "dispatched", to = "in_combat", low = 0.5, high = 0.9 }
  lu.assertEquals(tostring(bare), "in_combat are 50-90 % of dispatched (no source is given)")
end

function TestCrosswalk_refuses()
  local cases = {
    { function() return walk { to = "missing" } end, "'missing' is not known to be within 'killed_or_wounded'" },
    { function() return walk { from = "killed", to = "killed_or_wounded" } end, "it contains it: turn from and to around" },
    { function() return walk { to = "planned" } end, "'planned' is not known to be within" },
    { function() return walk { from = "dead" } end, "'dead' and 'killed' count the same" },
    { function() return walk { low = -0.1 } end, "a share is between 0 and 1" },
    { function() return walk { high = 40 } end, "found low 0.1 and high 40" },
    { function() return walk { low = 0.5 } end, "low is at most high" },
    { function() return walk { low = 0 / 0 } end, "a share is between 0 and 1" },
    { function() return muster.crosswalk { from = "killed_or_wounded", to = "killed", low = 0.1 } end, "high" },
    { function() return walk():apply(q { best = 3, measure = "wounded" }) end, "a figure of 'wounded' is neither of 'killed_or_wounded' nor of 'killed'" },
    { function() return walk():apply(q { best = 0.3, measure = "killed", base = "deployed" }) end, "is a share of deployed; a crosswalk takes a count" },
    { function() return muster.crosswalk.apply({}, q { best = 3 }) end, "expected a crosswalk" },
  }
  for k, case in ipairs(cases) do
    lu.assertErrorMsgContains(case[2], case[1], "case " .. k)
  end
end

function TestCrosswalk_misspelt_option()
  lu.assertErrorMsgContains("no option 'lo'; did you mean 'low'?", muster.crosswalk, { from = "killed_or_wounded", to = "killed", lo = 0.1, high = 0.4 })
end

os.exit(lu.run())
