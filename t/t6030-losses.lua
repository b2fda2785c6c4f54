-- Deployment and losses: the arithmetic of the worked case by hand.
local lu = require "lu"
local q, d = muster.quantity, muster.date
local losses, deployment = muster.losses, muster.deployment

local function ends(v)
  return { v.low, v.high }
end

local function sent(fields)
  fields.measure, fields.basis = "dispatched", "cumulative"
  return q(fields)
end

function TestLosses_forty_per_cent()
  -- to the letter 3,000 / 0.40 = 7,500
  lu.assertEquals(ends(losses.implied_base(3000, 0.40, 0)), { 7500, 7500 })
  -- as claimed: more than 3,000, and 40 % read as 36-44 %
  local implied = losses.implied_base(q { qualifier = "more_than", best = 3000 }, 0.40)
  lu.assertAlmostEquals(implied.low, 3001 / 0.44, 1e-9)
  lu.assertEquals(implied.high, math.huge)
  local t = muster.table { { origin = "x", basis = "cumulative", share = 0.40, share_of = "initial_deployment",
    figure = q { qualifier = "more_than", best = 3000, measure = "killed_or_wounded", basis = "cumulative" } } }
  lu.assertEquals({ losses.implied(t)[1].nominal, losses.implied(t)[1].sum }, { 7500, "3,000 / 0.40 = 7,500" })
  -- and 3,000 of 10,000-12,000 is 25-30 %
  lu.assertEquals(ends(losses.share(3000, sent { qualifier = "range", low = 10000, high = 12000 })), { 0.25, 0.3 })
end

function TestLosses_one_third_of_12000()
  lu.assertAlmostEquals((muster.interval.of(12000) / 3).low, 4000, 1e-9)
  lu.assertAlmostEquals(losses.share(4000, 12000).low, 1 / 3, 1e-15)
  lu.assertEquals(losses.share(4000, sent { qualifier = "up_to", best = 12000 }).high, math.huge)
end

function TestLosses_categories_are_like_units()
  local dead = q { best = 300, measure = "killed", basis = "increment" }
  local plan = q { best = 12000, measure = "planned", basis = "cumulative" }
  lu.fails("an increment", losses.share, dead, sent { best = 11000 })
  lu.fails("no share of 'planned'", losses.share, 300, plan)
end

function TestLosses_shares_of_casualties_imply_no_base()
  local t = muster.table { { origin = "x", basis = "cumulative", share = 0.25, share_of = "casualties", figure = q { best = 1000 } } }
  lu.assertEquals(#losses.implied(t), 0)
end

function TestLosses_shares_pair_every_claim_with_every_base()
  local claims = muster.table {
    { origin = "x", basis = "cumulative", measure = "killed_or_wounded", figure = q { best = 3300 } },
    { origin = "y", basis = "increment", measure = "killed_or_wounded", figure = q { best = 30 } },
    { origin = "z", basis = "cumulative", measure = "killed_or_wounded" },
  }
  local bases = muster.table { { base = sent { best = 11000 }, origins = "a" }, { base = sent { best = 12000 }, origins = "b" } }
  local t = losses.shares(claims, bases)
  lu.assertEquals({ #t, t[1].low, t[2].low }, { 2, 0.3, 0.275 })
end

function TestLosses_dead_among_casualties()
  local function claim(measure, figure, more)
    local r = { origin = "x", as_of = d "2025-01-13", contingent = "all", basis = "cumulative", measure = measure, figure = figure }
    for k, v in pairs(more or {}) do
      r[k] = v
    end
    return r
  end
  local t = losses.dead(muster.table { claim("killed", q { best = 300 }), claim("killed_or_wounded", q { best = 3000 }),
    claim("killed", q { qualifier = "at_least", best = 100 }, { origin = "y" }), claim("wounded", q { best = 900 }, { origin = "y" }),
    claim("killed", nil, { origin = "z", share = 0.25, share_of = "casualties" }) })
  lu.assertEquals({ t[1].low, t[1].high }, { 0.1, 0.1 })
  lu.assertEquals({ t[2].low, t[2].high }, { 0.1, 1 })
  lu.assertAlmostEquals(t[3].low, 0.225, 1e-12)
end

function TestLosses_days_between_contested_ends()
  local first = { d "2024-11-05", d "2024-12-01", d "2024-12-15" }
  -- 15 December to 13 January, both counted, is 30 days; 5 November to 15 January is 72
  lu.assertEquals(ends(losses.days(first, { d "2025-01-13", d "2025-01-15" })), { 30, 72 })
  lu.assertEquals(ends(losses.days(d "2025-01-10", d "2025-01-09")), { 0, 0 })
end

function TestLosses_rate_by_hand()
  -- 3,000 over 10,000 soldiers x 30 days = 300 thousand soldier-days: exact limits of 3,000 over 300
  local low, high = muster.stats.poisson_limits(3000)
  local rate = losses.rate(3000, 10000, 30)
  lu.assertAlmostEquals(rate.low, low / 300, 1e-9)
  lu.assertAlmostEquals(rate.high, high / 300, 1e-9)
  local wide = losses.rate(q { qualifier = "about", best = 3000 }, { low = 7000, high = 11500 }, { low = 30, high = 72 })
  lu.assertTrue(wide.low < rate.low and wide.high > rate.high)
end

function TestLosses_rates_stop_at_the_pause()
  local t = losses.rates(muster.table {
    { origin = "x", as_of = d "2025-03-31", measure = "killed", basis = "cumulative", figure = q { best = 100 } },
    { origin = "y", as_of = d "2024-12-20", measure = "killed", basis = "cumulative", figure = q { best = 100 } },
  }, { presence = 1000, first = { d "2024-12-11", d "2024-12-25" }, pause = d "2025-01-09" })
  lu.assertEquals(#t, 3)          -- nothing was lost before the later first day by 20 December
  lu.assertEquals({ t[1].days_high, t[2].days_high, t[3].days_high }, { 30, 16, 10 })
end

-- == deployment ==

local function claim(origin, as_of, figure, more)
  local r = { origin = origin, as_of = d(as_of), reported = d(as_of), measure = "dispatched", basis = "cumulative",
    contingent = "all", location = "russia", figure = figure }
  for k, v in pairs(more or {}) do
    r[k] = v
  end
  return r
end

function TestDeployment_split_keeps_kinds_apart()
  local s = deployment.split(muster.table {
    claim("a", "2024-10-01", q { best = 1 }), claim("a", "2024-10-01", q { best = 1 }, { basis = "increment" }),
    claim("a", "2024-10-01", q { best = 1 }, { measure = "in_theatre", basis = "stock" }),
    claim("a", "2024-10-01", q { best = 1 }, { measure = "planned", basis = "increment" }),
    claim("a", "2024-10-01", q { best = 1 }, { measure = "withdrawn" }),
  })
  lu.assertEquals({ #s.sent, #s.added, #s.present, #s.planned, #s.withdrawn }, { 1, 1, 1, 1, 1 })
end

function TestDeployment_latest_in_force_on_a_day()
  local t = muster.table { claim("a", "2024-10-23", q { best = 3000 }), claim("a", "2024-11-30", q { best = 11000 }, { flags = "month_level" }),
    claim("b", "2024-10-28", q { best = 10000 }), claim("c", "2024-10-28", q { best = 5 }, { contingent = "engineers" }) }
  local function figure(on, contingent)
    return deployment.latest(t, { on = on, contingent = contingent or "all" })[1].figure.low
  end
  lu.assertEquals({ figure "2024-10-31", figure "2024-11-01", figure() }, { 3000, 11000, 11000 })
  lu.assertEquals(#deployment.latest(t, { contingent = "all" }), 2)
  lu.assertEquals(#deployment.latest(t), 3)
  lu.assertEquals(#deployment.latest(t, { on = "2024-10-01" }), 0)
end

function TestDeployment_envelope_takes_a_bound_for_what_it_bounds()
  local e = deployment.envelope(muster.table {
    claim("a", "2024-10-01", q { qualifier = "up_to", best = 12000 }), claim("b", "2024-10-01", q { qualifier = "range", low = 10000, high = 11000 }),
    claim("c", "2024-10-01", q { qualifier = "more_than", best = 10500 }),
  })
  lu.assertEquals({ e.low, e.low_by, e.high, e.high_by }, { 10000, "b", 12000, "a" })
end

-- "More than 20,000" cannot lie inside 10,000-12,000: the upper end is open, not 12,000.
function TestDeployment_envelope_opens_where_a_bound_lies_outside()
  local e = deployment.envelope(muster.table {
    claim("a", "2024-10-01", q { qualifier = "range", low = 10000, high = 12000 }), claim("b", "2024-10-01", q { qualifier = "more_than", best = 20000 }),
    claim("c", "2024-10-01", q { qualifier = "up_to", best = 500 }),
  })
  lu.assertEquals({ e.low, e.low_by, e.high, e.high_by }, { 0, "c", math.huge, "b" })
end

function TestDeployment_parts_and_the_whole()
  local t = muster.table { claim("a", "2024-11-30", q { qualifier = "more_than", best = 11000 }, { contingent = "one" }),
    claim("a", "2025-03-15", q { qualifier = "range", low = 3000, high = 4000 }, { contingent = "two", basis = "increment" }),
    claim("a", "2025-04-30", q { qualifier = "about", best = 15000 }), claim("b", "2025-04-30", q { best = 13000 }),
    claim("b", "2024-11-30", q { best = 11000 }, { contingent = "one" }) }
  local sums = deployment.add_up(t, { parts = { "one", "two" }, whole = "all" })
  lu.assertEquals({ #sums, sums[1].low, sums[1].high, sums[1].agree, sums[1].parts }, { 1, 14001, math.huge, true, "> 11,000 + 3,000-4,000" })
end

function TestDeployment_bases_name_who_claims_them()
  local t = deployment.bases(muster.table { claim("b", "2024-12-01", q { qualifier = "about", best = 11000 }),
    claim("c", "2024-10-01", q { qualifier = "up_to", best = 12000 }), claim("a", "2024-10-01", q { qualifier = "about", best = 11000 }),
    claim("a", "2024-10-01", q { qualifier = "about", best = 11000 }, { contingent = "first_part" }) })
  lu.assertEquals({ #t, t[1].origins, tostring(t[1].first), t[2].contingent, t[3].origins }, { 3, "a, b", "2024-10-01", "first_part", "c" })
end

function TestDeployment_presence_less_the_lost()
  local t = muster.table { claim("a", "2024-12-19", q { best = 11000 }), claim("b", "2024-12-20", q { qualifier = "up_to", best = 12000 }),
    claim("c", "2025-02-01", q { best = 1 }), claim("d", "2024-12-19", q { best = 5 }, { location = "elsewhere" }) }
  local p, rows = deployment.presence(t, { from = "2024-12-01", to = "2025-01-15", location = { "russia" }, lost = { low = 1, high = 4000 } })
  lu.assertEquals({ p.low, p.high, #rows }, { 7000, 12000, 2 })
  lu.fails("on both sides", deployment.presence, t, { from = "2026-01-01", to = "2026-02-01" })
end

os.exit(lu.run())
