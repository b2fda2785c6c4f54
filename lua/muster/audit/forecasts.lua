-- forecasts.lua - plans and forecasts against what was sent later.
local found = require "muster.audit.found"
local read = require "muster.audit.read"

local forecasts = {}

local function days_text(n)
  return ("%d day%s"):format(n, n == 1 and "" or "s")
end

local function later_text(P, D)
  return days_text(D.d2 - P.d2) .. " later"
end

local function fail(P, D, terms, reached, sentence, out)
  local claims = table.move(terms, 1, #terms, 3, { P, D })
  out:add { rule = "forecast", verdict = found.FAILED, claims = claims, gap = P.lo2 - reached, ratio = P.nom / math.max(1, reached),
    sentence = sentence, lows = { { c = P } }, highs = { { c = D } },
    repair = { { claim = P.id, text = ("read '%s' as at most %s"):format(P.text, read.number(reached)) } } }
end

-- Sent and present, of this contingent or of one that holds it; plans for a place are kept by sending anywhere.
local function sent(order, contingents)
  local list = {}
  for _, s in ipairs(order.list) do
    if (s.measure == "dispatched" or s.measure == "in_theatre") and contingents(s.contingent) then
      table.move(s.claims, 1, #s.claims, #list + 1, list)
    end
  end
  return list
end

local function highest(list, test)
  local best
  for _, c in ipairs(list) do
    if test(c) and (not best or c.hi2 > best.hi2 or c.hi2 == best.hi2 and (c.cred or 6) < (best.cred or 6)) then
      best = c
    end
  end
  return best
end

-- A plan for a contingent, against all that was later said of that contingent.
local function by_contingent(order, P, o, out)
  local list = sent(order, function(name) return name == P.contingent end)
  local late = false
  for _, c in ipairs(list) do
    late = late or c.d1 >= P.d2 + o.forecast
  end
  local best = late and highest(list, function(c) return c.d1 > P.d2 end)
  if not best then
    return best ~= nil
  end
  if best.hi2 < o.below * P.lo2 then
    fail(P, best, {}, best.hi2, ("%s; the most that is said later is %s%s, %s."):format(found.say_claim(P), found.say_claim(best),
      found.bound({ c = best }, "hi", found.UNLIKELY), later_text(P, best)), out)
  end
  return true
end

-- A plan to send more, against how far the total rose, and against what else was said to have been added.
local function by_growth(order, P, o, out)
  local totals = {}
  for _, s in ipairs(order.list) do
    if s.measure == "dispatched" and s.class == "cum" and order:contingent_in(P.contingent, s.contingent) then
      table.move(s.claims, 1, #s.claims, #totals + 1, totals)
    end
  end
  local after = highest(totals, function(c) return c.d1 >= P.d2 + o.forecast end)
  local before
  for _, s in ipairs(order.list) do
    if s.measure == "dispatched" and s.class == "cum" then
      for _, c in ipairs(s.claims) do
        if c.d2 <= P.d1 and (not before or c.lo2 > before.lo2) then
          before = c
        end
      end
    end
  end
  if not after then
    return
  end
  local rise = after.hi2 - (before and before.lo2 or 0)
  local added, seen = 0, {}
  for _, s in ipairs(order.list) do
    if s.measure == "dispatched" and s.class == "inc" then
      local c = highest(s.claims, function(c) return c.d1 > P.d2 end)
      if c and (not seen[s.contingent] or c.hi2 > seen[s.contingent]) then
        added = added - (seen[s.contingent] or 0) + c.hi2
        seen[s.contingent] = c.hi2
      end
    end
  end
  local reached = math.max(rise, added, 0)
  if reached >= o.below * P.lo2 then
    return
  end
  fail(P, after, { before }, reached, ("%s; the most that is said later is %s, %s%s: at most %s more."):format(found.say_claim(P),
    found.say_claim(after), later_text(P, after), before and (", where %s"):format(found.say_claim(before)) or "",
    read.number(reached)), out)
end

local function by_total(order, P, o, out)
  local list = {}
  for _, s in ipairs(order.list) do
    if s.measure == "dispatched" and s.class == "cum" and order:contingent_in(P.contingent, s.contingent) then
      table.move(s.claims, 1, #s.claims, #list + 1, list)
    end
  end
  local best = highest(list, function(c) return c.d1 >= P.d2 + o.forecast end)
  if best and best.hi2 < o.below * P.lo2 then
    fail(P, best, {}, best.hi2, ("%s; the most that is said later is %s%s, %s."):format(found.say_claim(P), found.say_claim(best),
      found.bound({ c = best }, "hi", found.UNLIKELY), later_text(P, best)), out)
  end
end

-- A forecast that its author replaced soon after by one that excludes it.
local function revised(plans, o, out)
  for i, a in ipairs(plans) do
    for j = i + 1, #plans do
      local b = plans[j]
      if a.origin == b.origin and a.contingent == b.contingent and a.basis == b.basis and a.d2 < b.d1 and b.d1 - a.d2 <= o.near then
        local high, low = a, b
        if a.lo1 < b.lo1 then
          high, low = b, a
        end
        out:check("forecast", { { c = high } }, { { c = low } }, { soft = true, kin = "replaced", say = function()
          return ("%s, and %s later %s: the forecast was replaced by one that excludes it."):format(found.say_claim(a),
            days_text(b.d2 - a.d2), found.say_claim(b))
        end })
      end
    end
  end
end

function forecasts.run(order, out, o)
  local plans = {}
  for _, P in ipairs(order.all) do
    if P.class == "plan" and P.nom then
      plans[#plans + 1] = P
      local named = P.contingent ~= "all" and by_contingent(order, P, o, out)
      if not named and P.basis == "increment" then
        by_growth(order, P, o, out)
      elseif not named then
        by_total(order, P, o, out)
      end
    end
  end
  revised(plans, o, out)
end

return forecasts
