-- pairs.lua - two claims: the same thing said twice, a total that falls, a part above its whole.
--
-- For every series of claims and every series that contains it, claims are taken in the order of their days, and each
-- upper bound meets the highest lower bound of an equal or earlier day first: data without contradictions cost one pass.
local days = require "muster.audit.days"
local found = require "muster.audit.found"
local read = require "muster.audit.read"

local pairs_of = {}

-- Where `x` goes in a list that falls by lo2.
local function place(list, x)
  local low, high = 1, #list + 1
  while low < high do
    local mid = (low + high) // 2
    if list[mid].lo2 >= x.lo2 then
      low = mid + 1
    else
      high = mid
    end
  end
  return low
end

-- Calls check(x, y) for pairs with x certainly not after y and x's lower bound above y's upper bound: the worst `most` of
-- each y, and for each x its worst y.
local function sweep(xs, ys, most, check)
  local before, i = {}, 1
  for _, y in ipairs(ys) do
    while xs[i] and xs[i].d2 <= y.d1 do
      table.insert(before, place(before, xs[i]), xs[i])
      before[most + 2] = nil             -- no y looks further down, itself left out
      i = i + 1
    end
    local n = 0
    for _, x in ipairs(before) do
      if x.lo2 <= y.hi2 or n == most then
        break
      end
      if x ~= y then
        n = n + 1
        check(x, y)
      end
    end
  end
  local j, lowest = #ys, nil
  for k = #xs, 1, -1 do
    local x = xs[k]
    while ys[j] and ys[j].d1 >= x.d2 do
      lowest = (not lowest or ys[j].hi2 < lowest.hi2) and ys[j] or lowest
      j = j - 1
    end
    if lowest and lowest ~= x and x.lo2 > lowest.hi2 then
      check(x, lowest)
    end
  end
end

-- == sentences ==========================================================================================

local function names(one)
  return one.lows[1], one.highs[1]
end

local function say_same(one)
  local a, b = names(one)
  return ("%s%s against %s%s: the same thing on the same day, %s apart."):format(found.say_claim(a.c),
    found.bound(a, "lo", one.verdict), found.say_claim(b.c), found.bound(b, "hi", one.verdict), read.number(one.gap))
end

local function say_growth(one)
  local a, b = names(one)
  return ("%s%s, then %s%s: a total cannot fall, here by %s%s."):format(found.say_claim(a.c), found.bound(a, "lo", one.verdict),
    found.say_claim(b.c), found.bound(b, "hi", one.verdict), read.number(one.gap),
    a.c.origin == b.c.origin and "; one origin, so a revision" or "")
end

local function say_part(one)
  local a, b = names(one)
  return ("%s%s against %s%s: the part is above its whole by %s."):format(found.say_claim(a.c), found.bound(a, "lo", one.verdict),
    found.say_claim(b.c), found.bound(b, "hi", one.verdict), read.number(one.gap))
end

local function say_month(one)
  local a, b = names(one)
  return ("%s%s against %s%s: both speak of %s, without a day, and are %s apart."):format(found.say_claim(a.c),
    found.bound(a, "lo", one.verdict), found.say_claim(b.c), found.bound(b, "hi", one.verdict), a.c.when, read.number(one.gap))
end

local losses_in = { dispatched = true }

-- Which rule a pair of series stands under.
local function rule_of(X, Y, x, y)
  if X == Y then
    return x.d1 == y.d1 and x.d2 == y.d2 and "same" or "growth"
  elseif X.measure == Y.measure and X.contingent == Y.contingent and X.location == Y.location then
    return X.class == "inc" and Y.class == "cum" and "increment" or "flow"
  elseif X.measure == Y.measure then
    return X.contingent ~= Y.contingent and "contingents" or "part"
  elseif losses_in[Y.measure] and X.measure ~= "withdrawn" and X.class == "cum" then
    return "flow"
  end
  return "part"
end

local say = { same = say_same, growth = say_growth, part = say_part, flow = say_part, contingents = say_part, increment = say_part }

-- == the pass ===========================================================================================

-- The claims of a series that `group` names a group for, the lowest upper bound first.
local function by_group(claims, group)
  local map = {}
  for _, c in ipairs(claims) do
    local key = group(c)
    if key then
      map[key] = map[key] or {}
      table.insert(map[key], c)
    end
  end
  for _, list in pairs(map) do
    table.sort(list, function(a, b) return a.hi2 < b.hi2 or a.hi2 == b.hi2 and a.id < b.id end)
  end
  return map
end

-- The worst partners of each claim of X among those of Y that are in its group.
local function in_groups(X, Y, most, group, check)
  local groups = by_group(Y.claims, group)
  for _, x in ipairs(X.claims) do
    local n, key = 0, group(x)
    for _, y in ipairs(key and groups[key] or {}) do
      if n == most or y.hi2 >= x.lo2 then
        break
      elseif x ~= y then
        n = n + 1
        check(x, y)
      end
    end
  end
end

local function day_of(c) return not c.month and c.d1 or nil end
local function month_of(c) return c.month and c.d1 or nil end

local function same_day_stocks(X, Y, most, out)
  in_groups(X, Y, most, day_of, function(x, y)
    local rule = X == Y and "same" or rule_of(X, Y, x, y)
    out:check(rule, { { c = x } }, { { c = y } }, { say = say[rule] })
  end)
end

-- Claims of one month without a day, under the reading that both mean the same time.
local function same_month(X, Y, most, out)
  in_groups(X, Y, most, month_of, function(x, y)
    out:check(X == Y and "same" or rule_of(X, Y, x, y), { { c = x } }, { { c = y } }, { say = say_month, soft = true })
  end)
end

-- Increments whose period is known, each inside the other's.
local function nested_increments(X, Y, most, out)
  local xs = {}
  for _, x in ipairs(X.claims) do
    xs[#xs + 1] = x.s1 and x.lo2 > 0 and x or nil
  end
  table.sort(xs, function(a, b) return a.lo2 > b.lo2 or a.lo2 == b.lo2 and a.id < b.id end)
  for _, y in ipairs(Y.claims) do
    local n = 0
    for _, x in ipairs(y.s1 and xs or {}) do
      if n == most or x.lo2 <= y.hi2 then
        break
      elseif x ~= y and x.s1 >= y.s1 and x.d2 <= y.d1 then
        n = n + 1
        local same = X == Y and x.s1 == y.s1 and x.d2 == y.d2
        local rule = same and "same" or X == Y and "increment" or rule_of(X, Y, x, y)
        out:check(rule, { { c = x } }, { { c = y } }, { say = same and say_same or say_part })
      end
    end
  end
end

function pairs_of.run(order, out)
  local most = found.partners(order)
  for _, X in ipairs(order.list) do
    if X.class ~= "plan" then
      local xs = days.sorted(X.claims, "d2")
      for _, Y in ipairs(order:above(X, "cum")) do
        sweep(xs, days.sorted(Y.claims, "d1"), most, function(x, y)
          local rule = rule_of(X, Y, x, y)
          out:check(rule, { { c = x } }, { { c = y } }, { say = say[rule] })
        end)
        if X.class == "cum" then
          same_month(X, Y, most, out)
        end
      end
      if X.class ~= "cum" then
        for _, Y in ipairs(order:above(X, X.class)) do
          if X.class == "stk" then
            same_day_stocks(X, Y, most, out)
          else
            nested_increments(X, Y, most, out)
          end
        end
      end
    end
  end
end

return pairs_of
