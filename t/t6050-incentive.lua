-- The choice model: by hand where it can be, monotone where it must be, and silent where nothing is known.
local lu = require "lu"
local incentive = muster.incentive

local function sum(p)
  return p.fight + p.surrender + p.own_hand
end

function TestIncentive_probabilities_sum_to_one()
  for _, belief in ipairs { 0, 0.3, 1 } do
    lu.assertAlmostEquals(sum(incentive.choice { belief = belief }), 1, 1e-15)
  end
  for _, policy in ipairs(incentive.policies) do
    lu.assertAlmostEquals(sum(incentive.outcome(policy)), 1, 1e-15)
  end
end

-- With nothing at stake the three choices are alike; with one thing at stake the odds are exp of it.
function TestIncentive_symmetric_by_hand()
  local nothing = { death = 0, return_cost = 0, family_cost = 0, safe_value = 0, honour = 0 }
  local p = incentive.choice(nothing)
  lu.assertAlmostEquals(p.fight, 1 / 3, 1e-15)
  lu.assertAlmostEquals(p.own_hand, 1 / 3, 1e-15)
  nothing.honour = math.log(2)
  p = incentive.choice(nothing)
  lu.assertAlmostEquals(p.own_hand / p.fight, 2, 1e-12)
  lu.assertAlmostEquals(p.surrender, 1 / 4, 1e-12)
end

function TestIncentive_utilities_by_hand()
  local u = incentive.utilities { hazard = 0.5, death = 10, survive = 0.8, family_risk = 0.5, family_cost = 4, belief = 0.25,
    return_cost = 8, safe_value = 2, honour = 3 }
  lu.assertAlmostEquals(u.fight, -5, 1e-12)
  lu.assertAlmostEquals(u.surrender, -2 - 2 + 0.8 * (0.5 - 6), 1e-12)
  lu.assertAlmostEquals(u.own_hand, -7, 1e-12)
end

function TestIncentive_monotone_in_belief()
  local last = -1
  for _, row in incentive.curve({}, 100):rows() do
    lu.assertTrue(row.surrender > last)
    last = row.surrender
  end
end

function TestIncentive_break_even_solves_the_equation()
  for _, values in ipairs { {}, { family_cost = 8 }, { honour = 3 }, { hazard = 0.9, safe_value = 2 } } do
    local belief = incentive.break_even(values)
    if belief >= 0 and belief <= 1 then
      values.belief = belief
      local u = incentive.utilities(values)
      lu.assertAlmostEquals(u.surrender, math.max(u.fight, u.own_hand), 1e-12)
    end
  end
  lu.assertTrue(incentive.break_even { family_risk = 1, family_cost = 50 } > 1)
  lu.fails("no difference", incentive.break_even, { return_cost = 0, safe_value = 0 })
end

-- Belief 0.1 worth 5 cases: a promise worth 1 makes (0.5 + 1) / 6, two transfers more (0.5 + 3) / 8, two returns 0.5 / 7.
function TestIncentive_policies_move_belief()
  local v = { belief = 0.1, belief_weight = 5, promise = 1 }
  local want = { ["status quo"] = 0.1, ["public promise"] = 0.25, ["first transfer done"] = 0.4375, ["exchange to Russia"] = 0.5 / 7 }
  for policy, belief in pairs(want) do
    lu.assertAlmostEquals(incentive.outcome(policy, v).belief, belief, 1e-15)
  end
end

function TestIncentive_only_the_reached_change()
  local quo = incentive.outcome("status quo").surrender
  lu.assertEquals(incentive.outcome("first transfer done", { reach = 0 }).surrender, quo)
  lu.assertTrue(incentive.outcome("exchange to Russia").surrender < quo)
  lu.assertTrue(incentive.outcome("public promise").surrender > quo)
end

function TestIncentive_tornado_spans_its_ends()
  local t = incentive.tornado("public promise")
  lu.assertEquals(#t, #incentive.inputs())
  local last = math.huge
  for _, row in t:rows() do
    lu.assertAlmostEquals(row.low, incentive.outcome("public promise", { [row.input] = row.at_low }).surrender, 1e-15)
    lu.assertAlmostEquals(row.high, incentive.outcome("public promise", { [row.input] = row.at_high }).surrender, 1e-15)
    local width = math.abs(row.high - row.low)
    lu.assertTrue(width <= last)
    last = width
  end
end

function TestIncentive_ranges_nest()
  local one, all = incentive.range "public promise"
  local base = incentive.outcome("public promise").surrender
  lu.assertTrue(all.low <= one.low and one.low <= base and base <= one.high and one.high <= all.high)
  lu.assertEquals(tostring(incentive.range("status quo", "ratio")), "1")
end

-- Three captured: at most 8.767 expected at 95 %, whatever the split into opportunities and probability.
function TestIncentive_captures_bound_a_product_only()
  local t = incentive.compatible({ low = 2, high = 3 }, { opportunities = { 10, 1000 }, survive = 0.5 })
  lu.assertAlmostEquals(t[1].at_most, 1, 1e-15)
  lu.assertAlmostEquals(t[2].at_most, 8.767273069742 / 500, 1e-12)
  lu.assertAlmostEquals(t[2].if_all_chose, 0.242209278543970 / 500, 1e-12)
  local n = incentive.compatible(3, { probability = t[2].at_most, survive = 0.5 })[1].at_most
  lu.assertAlmostEquals(n, 1000, 1e-6)
  lu.fails("nothing else", incentive.compatible, 2, {})
  lu.fails("nothing else", incentive.compatible, 2, { opportunities = { 1 }, probability = 0.1 })
end

function TestIncentive_every_input_is_labelled()
  for _, row in incentive.inputs():rows() do
    lu.assertEquals(row.label, "prior only")
    lu.assertTrue(row.low <= row.base and row.base <= row.high)
  end
end

function TestIncentive_says_what_is_wrong()
  lu.fails("did you mean 'belief'?", incentive.choice, { beleif = 0.5 })
  lu.fails("is a probability", incentive.choice, { belief = 1.5 })
  lu.fails("did you mean 'public promise'?", incentive.outcome, "public promis")
end

os.exit(lu.run())
