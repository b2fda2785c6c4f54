-- incentive.lua - would a credible promise not to return prisoners make more soldiers surrender?
--
-- A random-utility model. At an *opportunity* - a moment in which a soldier could be taken alive - he fights on,
-- surrenders, or dies by his own hand. Each choice has a utility; chance and what we cannot see add a random part,
-- and the choice probabilities are those of the multinomial logit. Its unit is the scale of that random part: a
-- difference of 1 multiplies the odds of two choices by e = 2.72. Zero is home after the war with the family
-- unharmed.
--
--   U(fight)     = - hazard * death
--   U(surrender) = - (1 - survive) * death - family_risk * family_cost
--                  + survive * ( belief * safe_value - (1 - belief) * return_cost )
--   U(own hand)  = - death + honour
--
-- A policy works through the belief that a prisoner is not sent back, and only on soldiers whom the message
-- reaches. What a soldier hears counts as cases: a belief b worth m cases becomes, after n cases of which g were
-- good,  (b m + g) / (m + n)  (the mean of a beta distribution after n trials).
--
-- Nothing here is estimated. Every input is an assumption with a range, labelled "prior only"; the prisoners
-- actually taken bound the product of opportunities and probability, and nothing else (see `compatible`).
--
-- Sources of the structure: D. McFadden, "Conditional logit analysis of qualitative choice behavior", in
-- P. Zarembka (ed.), Frontiers in Econometrics (1974) 105-142; K. Train, Discrete Choice Methods with Simulation
-- (2nd ed., 2009), chapter 3. That fear for families, instructions to die rather than be captured and state honours
-- matter is claimed by several origins (context.csv: family_punishment, policy_statement, state_honours); how much
-- they matter is claimed by none.
local muster = require "muster.init"
local registry = require "muster.base.registry"
local interval = require "muster.interval"

local define, fail = registry.define, registry.fail
local incentive = registry.module("muster.incentive",
  "Fight, surrender or die by own hand: a choice model whose every input is an assumption with a range.")

--   name            unit           low    base   high   what it is, and that in a few words
local INPUTS = {
  { "belief",        "probability", 0.01,  0.10,  0.50,  "belief, before any promise, that a prisoner is not sent back",
    "prior belief in a safe transfer" },
  { "belief_weight", "cases",       1,     5,     20,    "how many observed cases that belief is worth",
    "weight of prior belief, cases" },
  { "promise",       "cases",       0,     1,     5,     "how many good cases a public promise is worth",
    "weight of a promise, cases" },
  { "reach",         "probability", 0.02,  0.20,  0.60,  "chance that the message has reached the soldier",
    "reach of the message" },
  { "hazard",        "probability", 0.30,  0.70,  0.95,  "chance of being killed if he fights on in this situation",
    "chance of death, fighting on" },
  { "survive",       "probability", 0.30,  0.70,  0.95,  "chance of living through the act of surrender",
    "chance to survive surrendering" },
  { "death",         "utility",     3,     6,     9,     "loss from his own death",
    "loss from his own death" },
  { "return_cost",   "utility",     4,     8,     12,    "loss from being sent back by force",
    "loss from forced return" },
  { "family_risk",   "probability", 0.05,  0.30,  0.80,  "chance that his family is punished if he surrenders",
    "chance the family is punished" },
  { "family_cost",   "utility",     1,     4,     8,     "loss from that punishment",
    "loss if the family is punished" },
  { "safe_value",    "utility",     -2,    0,     2,     "a safe life elsewhere, against going home",
    "value of a safe life elsewhere" },
  { "honour",        "utility",     -2,    0,     3,     "what death by own hand has over other deaths: honours, a family spared",
    "honour of death by own hand" },
}

-- What a policy lets a soldier hear: cases that went well, and badly. `promise` stands for the input of that name.
local POLICIES = {
  { name = "status quo" },
  { name = "public promise", promise = true },
  { name = "first transfer done", promise = true, good = 2 },
  { name = "exchange to Russia", bad = 2 },
}

local by_name, names = {}, {}
for i, input in ipairs(INPUTS) do
  by_name[input[1]], names[i] = input, input[1]
end

incentive.policies = {}
for i, policy in ipairs(POLICIES) do
  incentive.policies[i] = policy.name
end

-- The base values with the given ones in their place. Probabilities stay probabilities.
local function complete(values)
  local out = {}
  for _, input in ipairs(INPUTS) do
    out[input[1]] = input[4]
  end
  for name, v in pairs(values or {}) do
    local input = by_name[name]
    if not input then
      fail("the model has no input '%s'%s", tostring(name), registry.suggest(name, names))
    elseif type(v) ~= "number" or v ~= v then
      fail("input '%s': expected a number, found %s", name, tostring(v))
    elseif input[2] == "probability" and (v < 0 or v > 1) then
      fail("input '%s' is a probability, found %g", name, v)
    elseif input[2] == "cases" and v < 0 then
      fail("input '%s' is a number of cases, found %g", name, v)
    end
    out[name] = v
  end
  return out
end

local function policy_of(name)
  for _, policy in ipairs(POLICIES) do
    if policy.name == name then
      return policy
    end
  end
  fail("no policy '%s'%s; there are: %s", tostring(name), registry.suggest(name, incentive.policies),
    table.concat(incentive.policies, ", "))
end

local function utilities(v, belief)
  return -v.hazard * v.death,
    -(1 - v.survive) * v.death - v.family_risk * v.family_cost
      + v.survive * (belief * v.safe_value - (1 - belief) * v.return_cost),
    -v.death + v.honour
end

local function choice(v, belief)
  local fight, surrender, own_hand = utilities(v, belief)
  local p = muster.stats.logit { fight, surrender, own_hand }
  return { fight = p[1], surrender = p[2], own_hand = p[3] }
end

-- What a soldier believes whom the message of the policy has reached.
local function updated(v, policy)
  local good = (policy.good or 0) + (policy.promise and v.promise or 0)
  local bad = policy.bad or 0
  local cases = v.belief_weight + good + bad
  return cases > 0 and (v.belief * v.belief_weight + good) / cases or v.belief
end

-- Among all soldiers: those reached act on the new belief, the others on the old one.
local function outcome(v, policy)
  local reached, others = choice(v, updated(v, policy)), choice(v, v.belief)
  local out = {}
  for _, act in ipairs { "fight", "surrender", "own_hand" } do
    out[act] = v.reach * reached[act] + (1 - v.reach) * others[act]
  end
  return out
end

-- == functions ==========================================================================================

incentive.inputs = define {
  name = "muster.incentive.inputs", args = "", returns = "Table",
  help = "The inputs of the model: name, unit, low, base, high, what it is in few words and in full, and its label. 'Prior only' means that no data here "
    .. "can say which value in the range holds.",
  example = "return #muster.incentive.inputs()",
  fn = function()
    local rows = {}
    for i, input in ipairs(INPUTS) do
      rows[i] = { input = input[1], unit = input[2], low = input[3] + 0.0, base = input[4] + 0.0, high = input[5] + 0.0,
        short = input[7], meaning = input[6], label = "prior only" }
    end
    return muster.table(rows, { "input", "unit", "low", "base", "high", "short", "meaning", "label" })
  end,
}

incentive.choice = define {
  name = "muster.incentive.choice", args = "values?: table", returns = "table",
  help = "Probabilities of fight, surrender and own_hand at one opportunity for a soldier who holds the given belief; values "
    .. "replaces base values by name.",
  example = "return muster.incentive.choice{ belief = 0.5 }.surrender",
  fn = function(values)
    local v = complete(values)
    return choice(v, v.belief)
  end,
}

incentive.utilities = define {
  name = "muster.incentive.utilities", args = "values?: table", returns = "table",
  help = "The three utilities behind choice, in units of the random part's scale.",
  example = "return muster.incentive.utilities().fight",
  fn = function(values)
    local v = complete(values)
    local fight, surrender, own_hand = utilities(v, v.belief)
    return { fight = fight, surrender = surrender, own_hand = own_hand }
  end,
}

incentive.outcome = define {
  name = "muster.incentive.outcome", args = "policy: string, values?: table", returns = "table",
  help = "Probabilities of fight, surrender and own_hand per opportunity under a policy, over soldiers whom its message "
    .. "reaches and "
    .. "those whom it does not; and belief, what a reached soldier believes then.",
  example = "return muster.incentive.outcome('public promise').surrender",
  fn = function(name, values)
    local v, policy = complete(values), policy_of(name)
    local out = outcome(v, policy)
    out.belief = updated(v, policy)
    return out
  end,
}

incentive.break_even = define {
  name = "muster.incentive.break_even", args = "values?: table", returns = "number",
  help = "The belief in safe transfer at which surrender is worth as much as the better of fighting on and dying by own "
    .. "hand. Above "
    .. "1: no belief is enough; below 0: none is needed.",
  example = "return muster.incentive.break_even()",
  fn = function(values)
    local v = complete(values)
    local fight, at_zero, own_hand = utilities(v, 0)
    local _, at_one = utilities(v, 1)
    if at_one == at_zero then
      fail("belief makes no difference to surrender with these values")
    end
    return (math.max(fight, own_hand) - at_zero) / (at_one - at_zero)
  end,
}

incentive.curve = define {
  name = "muster.incentive.curve", args = "values?: table, steps?: integer", returns = "Table",
  help = "Surrender probability per opportunity against the belief in safe transfer, 0 to 1: columns belief, surrender.",
  example = "return #muster.incentive.curve({}, 10)",
  fn = function(values, steps)
    local v, rows = complete(values), {}
    for i = 0, steps or 50 do
      local belief = i / (steps or 50)
      rows[i + 1] = { belief = belief, surrender = choice(v, belief).surrender }
    end
    return muster.table(rows, { "belief", "surrender" })
  end,
}

-- The number that a comparison of policies is about.
local function measure(v, policy, output)
  local p = outcome(v, policy).surrender
  return output == "ratio" and p / choice(v, v.belief).surrender or p
end

incentive.tornado = define {
  name = "muster.incentive.tornado",
  args = "policy: string, options?: {output?: \"probability\"|\"ratio\", values?: table}", returns = "Table",
  help = "One input at a time to either end of its range, all others at base: columns input, at_low, at_high (the inputs' "
    .. "ends), low, "
    .. "high (the results there), base; widest first. Output is the surrender probability under the policy, or its ratio to the "
    .. "status quo.",
  example = "return muster.incentive.tornado('first transfer done', { output = 'ratio' })[1].input",
  fn = function(name, options)
    options = options or {}
    local policy, rows = policy_of(name), {}
    local base = measure(complete(options.values), policy, options.output)
    for i, input in ipairs(INPUTS) do
      local row = { input = input[1], short = input[7], at_low = input[3] + 0.0, at_high = input[5] + 0.0, base = base, order = i }
      for _, side in ipairs { { "low", 3 }, { "high", 5 } } do
        local v = complete(options.values)
        v[input[1]] = input[side[2]]
        row[side[1]] = measure(v, policy, options.output)
      end
      rows[i] = row
    end
    table.sort(rows, function(a, b)
      local x, y = math.abs(a.high - a.low), math.abs(b.high - b.low)
      return x > y or x == y and a.order < b.order
    end)
    for _, row in ipairs(rows) do
      row.order = nil
    end
    return muster.table(rows, { "input", "short", "at_low", "at_high", "low", "high", "base" })
  end,
}

incentive.range = define {
  name = "muster.incentive.range", args = "policy: string, output?: \"probability\"|\"ratio\"", returns = "table, table",
  help = "How far the result moves: over one input at a time (first interval), and over every corner of all ranges together "
    .. "(second).",
  example = "return tostring((muster.incentive.range 'public promise'))",
  fn = function(name, output)
    local policy = policy_of(name)
    local one = { math.huge, -math.huge }
    local all = { math.huge, -math.huge }
    local function widen(ends, value)
      ends[1], ends[2] = math.min(ends[1], value), math.max(ends[2], value)
    end
    for _, input in ipairs(INPUTS) do
      for _, k in ipairs { 3, 4, 5 } do
        widen(one, measure(complete { [input[1]] = input[k] }, policy, output))
      end
    end
    local v = complete()
    local function corner(i)
      local input = INPUTS[i]
      if not input then
        return widen(all, measure(v, policy, output))
      end
      for _, k in ipairs { 3, 5 } do
        v[input[1]] = input[k]
        corner(i + 1)
      end
    end
    corner(1)
    return interval.of(one[1], one[2]), interval.of(all[1], all[2])
  end,
}

-- == what was observed ==================================================================================

incentive.compatible = define {
  name = "muster.incentive.compatible",
  args = "taken: number|table, options: {opportunities?: number[], probability?: number, survive?: number, level?: number}",
  returns = "Table",
  help = "What the prisoners taken allow. Captured is not surrendered, so the count of those who chose to surrender and "
    .. "arrived lies "
    .. "between none and all of them; it bounds opportunities x probability x survival. Give opportunities to see the greatest "
    .. "probability each allows (`at_most`; `if_all_chose` is the least if every prisoner had chosen it), or a probability "
    .. "to see "
    .. "the opportunities. The two cannot be told apart: without either there is no answer.",
  example = "return muster.incentive.compatible({ low = 2, high = 3 }, { opportunities = { 100, 1000 } })[2].at_most",
  fn = function(taken, options)
    local bound = interval.of(muster.stats.poisson_rate(interval.of(taken), 1, options.level or 0.95))
    local survive = options.survive or 1
    if not (survive > 0 and survive <= 1) then
      fail("survive is a probability above 0, found %g", survive)
    end
    local rows = {}
    if options.opportunities and not options.probability then
      for i, n in ipairs(options.opportunities) do
        if n ~= n or n <= 0 then
          fail("opportunities: expected numbers above 0, found %g", n)
        end
        rows[i] = { opportunities = n, at_most = math.min(1, bound.high / (n * survive)),
          if_all_chose = math.min(1, bound.low / (n * survive)) }
      end
      return muster.table(rows, { "opportunities", "if_all_chose", "at_most" })
    elseif options.probability and not options.opportunities then
      local p = options.probability * survive
      if not (p > 0 and p <= 1) then
        fail("probability: expected a probability above 0, found %g", options.probability)
      end
      return muster.table({ { probability = options.probability, if_all_chose = bound.low / p, at_most = bound.high / p } },
        { "probability", "if_all_chose", "at_most" })
    end
    fail("the prisoners taken bound the product of opportunities and probability and nothing else: give one of the two to see "
      .. "what it leaves for the other")
  end,
}

return incentive
